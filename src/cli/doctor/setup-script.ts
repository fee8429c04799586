import { ENTRA_AUDIENCE } from '#shared/aws/web-identity-token.ts';
import type { SetupPlan } from './plan-setup.ts';

/** A word that a POSIX shell takes as it is. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What the role may read, in the account `$SCOPE`. */
function scopesOf(account: string, { containers, onlyContainers }: SetupPlan): string[] {
  if (!onlyContainers) return ['"$SCOPE"'];
  return containers.flatMap((entry) => {
    const [container = '', owner = account] = entry.split('/').toReversed();
    return owner === account ? [`"$SCOPE"/blobServices/default/containers/${shellWord(container)}`] : [];
  });
}

function readers(plan: SetupPlan): string[] {
  return [
    'URLS=',
    ...plan.accounts.flatMap((account) => {
      const show = `az storage account show --name ${shellWord(account)} --output tsv --query`;
      return [
        `URLS="\${URLS:+$URLS,}$(${show} primaryEndpoints.blob)"`,
        `SCOPE=$(${show} id)`,
        ...scopesOf(account, plan).map(
          (scope) =>
            `az role assignment create --assignee-object-id "$PRINCIPAL" --assignee-principal-type ServicePrincipal --role 'Storage Blob Data Reader' --scope ${scope}`,
        ),
      ];
    }),
  ];
}

/** The command that lets a role in; `role` is a shell word, or a text that holds `$ROLE`. */
function federate(name: string, subject: string, client = '"$CLIENT"'): string {
  const json = `{"name":"${name}","issuer":"'"$ISSUER"'","subject":"${subject}","audiences":["${ENTRA_AUDIENCE}"]}`;
  return `az ad app federated-credential create --id ${client} --parameters '${json}'`;
}

/** A federated credential's name: https://learn.microsoft.com/graph/api/resources/federatedidentitycredential */
function credentialName(role: string): string {
  return role
    .slice(role.lastIndexOf('/') + 1)
    .replaceAll(/[^\w-]/g, '-')
    .slice(0, 120);
}

function federations({ stack, roles }: SetupPlan): string[] {
  if (roles.length > 0) return roles.map((role) => federate(credentialName(role), role));
  const query = `Stacks[0].Outputs[?OutputKey=='AzureFederationSubjects'].OutputValue`;
  return [
    `for ROLE in $(aws cloudformation describe-stacks --stack-name ${shellWord(stack)} --query "${query}" --output text); do`,
    `  ${federate(`'"\${ROLE##*/}"'`, `'"$ROLE"'`)}`,
    'done',
  ];
}

function collectorFederations({ collectors }: SetupPlan): string[] {
  if (collectors === undefined) return [];
  const client = shellWord(collectors.clientId);
  return [
    '',
    '# 5. Azure: the same for the collectors, which sign in as an application of their own (EntraClientId).',
    ...collectors.roles.map((role) => federate(credentialName(role), role, client)),
  ];
}

function workloadIdentityScript(plan: SetupPlan): string[] {
  const { stack, clientId, containers } = plan;
  return [
    '# 1. AWS, once for each account: an issuer of tokens. It says FeatureEnabled when it is on already.',
    'aws iam enable-outbound-web-identity-federation || true',
    'ISSUER=$(aws iam get-outbound-web-identity-federation-info --query IssuerIdentifier --output text)',
    '',
    '# 2. Azure: an application that may read these storage accounts, and nothing else.',
    'TENANT=$(az account show --query tenantId --output tsv)',
    clientId === undefined
      ? `CLIENT=$(az ad app create --display-name ${shellWord(stack)} --sign-in-audience AzureADMyOrg --query appId --output tsv)`
      : `CLIENT=${shellWord(clientId)}`,
    'PRINCIPAL=$(az ad sp show --id "$CLIENT" --query id --output tsv 2>/dev/null || az ad sp create --id "$CLIENT" --query id --output tsv)',
    ...readers(plan),
    '',
    '# 3. AWS: deploy with these parameters.',
    `sam deploy --stack-name ${shellWord(stack)} --parameter-overrides AzureAuthentication=WorkloadIdentity AzureTenantId="$TENANT" AzureClientId="$CLIENT" AzureStorageAccountUrls="$URLS" AzureStorageContainerName=${shellWord(containers.join(','))}`,
    '',
    '# 4. Azure: one federated credential for each role of the stack. Entra ID takes some minutes to know it everywhere.',
    ...federations(plan),
    ...collectorFederations(plan),
  ];
}

function connectionStringScript({ accounts, stack, secretId, expiry, containers }: SetupPlan): string[] {
  const lines = accounts.flatMap((account) => {
    const name = shellWord(account);
    return [
      `ENDPOINT=$(az storage account show --name ${name} --query primaryEndpoints.blob --output tsv)`,
      `SAS=$(az storage account generate-sas --account-name ${name} --services b --resource-types sco --permissions rl --https-only --expiry ${expiry}T00:00Z --output tsv)`,
      String.raw`printf 'BlobEndpoint=%s;SharedAccessSignature=%s\n' "$ENDPOINT" "$SAS" >> "$FILE"`,
    ];
  });
  return [
    `# 1. Azure: a signature that may read and list blobs, for each account, until ${expiry}. It is in no argument and no history.`,
    'umask 077',
    'FILE=$(mktemp)',
    ...lines,
    '',
    '# 2. AWS: the secret. To renew it: put-secret-value --secret-id in place of create-secret --name.',
    `aws secretsmanager create-secret --name ${shellWord(secretId)} --secret-string "file://$FILE"`,
    'rm "$FILE"',
    '',
    '# 3. AWS: deploy with these parameters.',
    `sam deploy --stack-name ${shellWord(stack)} --parameter-overrides AzureAuthentication=ConnectionString AzureStorageConnectionStringSecret=${shellWord(secretId)} AzureStorageContainerName=${shellWord(containers.join(','))}`,
  ];
}

/** The commands that set the sign-in to Azure up in both clouds, for a POSIX shell. Pure. */
export function setupScript(plan: SetupPlan): string {
  const isByRole = plan.authentication === 'WorkloadIdentity';
  const head = isByRole
    ? '# Sign-in to Azure by the AWS role, without a secret. For the Azure CLI and the AWS CLI, signed in, in a POSIX shell.'
    : '# Sign-in to Azure by a shared access signature. For the Azure CLI and the AWS CLI, signed in, in a POSIX shell.';
  const lines = isByRole ? workloadIdentityScript(plan) : connectionStringScript(plan);
  return [head, '', ...lines, ''].join('\n');
}
