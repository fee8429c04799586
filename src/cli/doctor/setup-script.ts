import { collectorApplication, collectorFederations, collectorParameters } from './collector-setup.ts';
import { federationCommands, ISSUER_COMMANDS } from './federation-commands.ts';
import type { SetupPlan } from './plan-setup.ts';
import { shellWord } from './shell-words.ts';

/** Some commands, and what they are for. */
interface Step {
  readonly title: string;
  readonly commands: readonly string[];
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

const ISSUER: Step = {
  title: 'AWS, once for each account: an issuer of tokens. It says FeatureEnabled when it is on already.',
  commands: ISSUER_COMMANDS,
};

function collectorStep({ collectors, stack }: SetupPlan): Step[] {
  if (collectors === undefined) return [];
  const title = 'Entra ID: an application that may read the logs that are collected, and nothing else.';
  return [{ title, commands: collectorApplication(collectors, stack) }];
}

function deployStep({ stack, containers, collectors }: SetupPlan, signIn: readonly string[]): Step {
  const parameters = [
    ...signIn,
    `AzureStorageContainerName=${shellWord(containers.join(','))}`,
    ...(collectors === undefined ? [] : collectorParameters(collectors)),
  ];
  return {
    title: 'AWS: deploy with these parameters.',
    commands: [`sam deploy --stack-name ${shellWord(stack)} --parameter-overrides ${parameters.join(' ')}`],
  };
}

function federationStep(commands: readonly string[]): Step[] {
  const title =
    'Azure: one federated credential for each role of the stack. Entra ID takes some minutes to know it everywhere.';
  return commands.length === 0 ? [] : [{ title, commands }];
}

function workloadIdentitySteps(plan: SetupPlan): Step[] {
  const { stack, clientId, roles } = plan;
  const signIn = [
    'AzureAuthentication=WorkloadIdentity',
    'AzureTenantId="$TENANT"',
    'AzureClientId="$CLIENT"',
    'AzureStorageAccountUrls="$URLS"',
  ];
  return [
    ISSUER,
    {
      title: 'Azure: an application that may read these storage accounts, and nothing else.',
      commands: [
        'TENANT=$(az account show --query tenantId --output tsv)',
        clientId === undefined
          ? `CLIENT=$(az ad app create --display-name ${shellWord(stack)} --sign-in-audience AzureADMyOrg --query appId --output tsv)`
          : `CLIENT=${shellWord(clientId)}`,
        'PRINCIPAL=$(az ad sp show --id "$CLIENT" --query id --output tsv 2>/dev/null || az ad sp create --id "$CLIENT" --query id --output tsv)',
        ...readers(plan),
      ],
    },
    ...collectorStep(plan),
    deployStep(plan, signIn),
    ...federationStep([
      ...federationCommands({ stack, output: 'AzureFederationSubjects' }, roles, '"$CLIENT"'),
      ...collectorFederations(plan),
    ]),
  ];
}

function connectionStringSteps(plan: SetupPlan): Step[] {
  const { accounts, secretId, expiry } = plan;
  const signatures = accounts.flatMap((account) => {
    const name = shellWord(account);
    return [
      `ENDPOINT=$(az storage account show --name ${name} --query primaryEndpoints.blob --output tsv)`,
      `SAS=$(az storage account generate-sas --account-name ${name} --services b --resource-types sco --permissions rl --https-only --expiry ${expiry}T00:00Z --output tsv)`,
      String.raw`printf 'BlobEndpoint=%s;SharedAccessSignature=%s\n' "$ENDPOINT" "$SAS" >> "$FILE"`,
    ];
  });
  const federations = collectorFederations(plan);
  const signIn = [
    'AzureAuthentication=ConnectionString',
    `AzureStorageConnectionStringSecret=${shellWord(secretId)}`,
  ];
  return [
    {
      title: `Azure: a signature that may read and list blobs, for each account, until ${expiry}. It is in no argument and no history.`,
      commands: ['umask 077', 'FILE=$(mktemp)', ...signatures],
    },
    {
      title: 'AWS: the secret. To renew it: put-secret-value --secret-id in place of create-secret --name.',
      commands: [
        `aws secretsmanager create-secret --name ${shellWord(secretId)} --secret-string "file://$FILE"`,
        'rm "$FILE"',
      ],
    },
    ...(federations.length === 0 ? [] : [ISSUER]),
    ...collectorStep(plan),
    deployStep(plan, signIn),
    ...federationStep(federations),
  ];
}

function collectorsOnlySteps(plan: SetupPlan): Step[] {
  const federations = collectorFederations(plan);
  return [
    ...(federations.length === 0 ? [] : [ISSUER]),
    ...collectorStep(plan),
    deployStep(plan, []),
    ...federationStep(federations),
  ];
}

/** What the commands do, and how. */
function stepsOf(plan: SetupPlan): { readonly purpose: string; readonly steps: readonly Step[] } {
  if (plan.accounts.length === 0)
    return {
      purpose: 'Collectors of Microsoft Graph and Office 365, without a storage account.',
      steps: collectorsOnlySteps(plan),
    };
  return plan.authentication === 'WorkloadIdentity'
    ? {
        purpose: 'Sign-in to Azure by the AWS role, without a secret.',
        steps: workloadIdentitySteps(plan),
      }
    : { purpose: 'Sign-in to Azure by a shared access signature.', steps: connectionStringSteps(plan) };
}

/** The commands that set the sign-in to Azure up in both clouds, for a POSIX shell. Pure. */
export function setupScript(plan: SetupPlan): string {
  const { purpose, steps } = stepsOf(plan);
  const head = `# ${purpose} For the Azure CLI and the AWS CLI, signed in, in a POSIX shell.`;
  const blocks = steps.map(({ title, commands }, index) =>
    [`# ${index + 1}. ${title}`, ...commands, ''].join('\n'),
  );
  return [head, '', ...blocks].join('\n');
}
