import { API_IDS, permissionsFor } from './collector-permissions.ts';
import { federationCommands } from './federation-commands.ts';
import type { CollectorPlan, SetupPlan } from './plan-setup.ts';
import { shellWord } from './shell-words.ts';

/** The application of the collectors in the commands. */
const CLIENT = '"$COLLECTOR"';

/** Commands that make the application of the collectors and give it the permissions of its logs. */
export function collectorApplication(
  { clientId, graphLogTypes, office365LogTypes }: CollectorPlan,
  stack: string,
): string[] {
  const needed = permissionsFor([...graphLogTypes, ...office365LogTypes]);
  const application =
    clientId === undefined
      ? `COLLECTOR=$(az ad app create --display-name ${shellWord(`${stack}-collectors`)} --sign-in-audience AzureADMyOrg --query appId --output tsv)`
      : `COLLECTOR=${shellWord(clientId)}`;
  if (needed.length === 0) return [application];
  return [
    'TENANT=$(az account show --query tenantId --output tsv)',
    application,
    `az ad sp show --id ${CLIENT} --query id --output tsv 2>/dev/null || az ad sp create --id ${CLIENT} --query id --output tsv`,
    'permit() {',
    `  az ad app permission add --id ${CLIENT} --api "$1" --api-permissions "$(az ad sp show --id "$1" --query "appRoles[?value=='$2'].id" --output tsv)=Role"`,
    '}',
    ...needed.map(
      ({ api, permission, logTypes }) => `permit ${API_IDS[api]} ${permission}   # ${logTypes.join(', ')}`,
    ),
    '# Entra ID has to know them before it takes the consent, which an administrator gives.',
    'sleep 60',
    `az ad app permission admin-consent --id ${CLIENT}`,
  ];
}

/** The parameters of the stack for the collectors, as words of a shell. */
export function collectorParameters({
  tenants,
  graphLogTypes,
  office365LogTypes,
}: CollectorPlan): readonly string[] {
  if (graphLogTypes.length + office365LogTypes.length === 0) return [];
  return [
    `EntraTenants=${tenants.length === 0 ? '"$TENANT"' : shellWord(tenants.join(','))}`,
    `EntraClientId=${CLIENT}`,
    `GraphLogTypes=${shellWord(graphLogTypes.join(','))}`,
    `Office365LogTypes=${shellWord(office365LogTypes.join(','))}`,
  ];
}

/** Commands that let the roles of the collectors in; none when they sign in with a secret. */
export function collectorFederations({ stack, collectors }: SetupPlan): string[] {
  if (collectors === undefined || !collectors.isByRole) return [];
  return federationCommands({ stack, output: 'EntraFederationSubjects' }, collectors.roles, CLIENT);
}
