import * as v from 'valibot';
import { parseAccountUrls, type AccountUrl } from '#shared/azure/account-url.ts';
import { entryText, parseContainerEntry, type ContainerEntry } from '#shared/azure/place.ts';
import type { ConfigurationOf, Settings } from './read-configuration.ts';

/** Hosts of Entra ID: https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const PUBLIC_AUTHORITY = 'https://login.microsoftonline.com';

const containers = v.pipe(
  v.string(),
  v.transform((text) => (text === '' ? [] : [...new Set(text.split(',').map((entry) => entry.trim()))])),
  v.transform((entries) => entries.map(parseContainerEntry)),
  v.check(
    (entries) => entries.every((entry) => entry !== undefined),
    'must be one container or several with commas between them, each "container" or "account/container" (containers have 3 to 63 lower-case letters, digits and single hyphens, accounts 3 to 24 lower-case letters and digits)',
  ),
  v.transform((entries) => entries as ContainerEntry[]),
);

/** Empty or a GUID. */
const optionalGuid = v.pipe(
  v.string(),
  v.regex(/^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})?$/i, 'must be a GUID'),
);

/** Where logs are read from, and how Azure is signed in to. */
export const AZURE_SETTINGS = {
  AZURE_STORAGE_CONTAINER_NAME: {
    schema: containers,
    description:
      'containers that Azure exports logs to, each in every storage account or in the one named; empty when only collectors are read',
    example: 'insights-activity-logs,auditlogs/insights-logs-signinlogs',
    optionalWith: 'RAW_BUCKET_NAME',
  },
  AZURE_AUTHENTICATION: {
    schema: v.picklist(
      ['ConnectionString', 'WorkloadIdentity'],
      'must be ConnectionString or WorkloadIdentity',
    ),
    description:
      'how Azure is signed in to: by a connection string in Secrets Manager, or by the AWS role itself, without a secret',
    example: 'WorkloadIdentity',
    fallback: 'ConnectionString',
  },
  AZURE_STORAGE_CONNECTION_STRING_SECRET: {
    schema: v.pipe(
      v.string(),
      // First, because a connection string is no name of a secret either, and this is the more helpful thing to say.
      v.check(
        (text) => !/(AccountKey|SharedAccessSignature)=/i.test(text),
        'holds a connection string itself; put that into AWS Secrets Manager, rotate it, and give the name of the secret',
      ),
      v.regex(/^[\w/+=.@:!-]{0,512}$/, 'must be the name or ARN of a secret'),
    ),
    description:
      'name or ARN of the Secrets Manager secret with the storage account connection string, or one for each account',
    example: 'crosstrail/azure-storage',
    fallback: '',
  },
  AZURE_TENANT_ID: {
    schema: optionalGuid,
    description: 'Entra tenant of the application that the AWS roles sign in as',
    example: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
    fallback: '',
  },
  AZURE_CLIENT_ID: {
    schema: optionalGuid,
    description: 'client id of that application, or of a user-assigned managed identity',
    example: '00001111-aaaa-2222-bbbb-3333cccc4444',
    fallback: '',
  },
  AZURE_STORAGE_ACCOUNT_URLS: {
    schema: v.pipe(
      v.string(),
      v.transform(parseAccountUrls),
      v.check(
        (urls) => urls !== undefined,
        'must be one https://ACCOUNT.blob.core.windows.net or several with commas between them, each account once',
      ),
      v.transform((urls) => urls as AccountUrl[]),
    ),
    description: 'Blob endpoints of the storage accounts',
    example: 'https://auditlogs.blob.core.windows.net',
    fallback: '',
  },
  AZURE_AUTHORITY_HOST: {
    schema: v.pipe(
      v.string(),
      v.regex(/^https:\/\/[\w.-]+(:\d+)?\/?$/, 'must be https:// and a host, without a path'),
      v.transform((text) => text.replace(/\/$/, '')),
    ),
    description: 'host of Entra ID; another one in a national cloud',
    example: 'https://login.microsoftonline.us',
    fallback: PUBLIC_AUTHORITY,
  },
} as const satisfies Settings;

export type AzureConfiguration = ConfigurationOf<typeof AZURE_SETTINGS>;

/** What is missing, in the words of the template's rules. */
export const AZURE_REQUIREMENTS = {
  secret:
    'AzureAuthentication ConnectionString needs a secret. Give its name as AzureStorageConnectionStringSecret, or choose WorkloadIdentity.',
  tenant: 'AzureAuthentication WorkloadIdentity needs a tenant. Give its id as AzureTenantId.',
  client: 'AzureAuthentication WorkloadIdentity needs an application. Give its client id as AzureClientId.',
  urls: 'AzureAuthentication WorkloadIdentity needs storage accounts. Give their Blob endpoints as AzureStorageAccountUrls.',
} as const;

/**
 * What is wrong with the settings of Azure together, though each may be right by itself; empty when nothing is. Without a
 * container nobody signs in.
 */
export function azureProblems(configuration: AzureConfiguration): string[] {
  const {
    AZURE_AUTHENTICATION: authentication,
    AZURE_STORAGE_CONNECTION_STRING_SECRET: secret,
    AZURE_STORAGE_ACCOUNT_URLS: urls,
    AZURE_STORAGE_CONTAINER_NAME: entries,
  } = configuration;
  if (entries.length === 0) return [];
  if (authentication === 'ConnectionString') return secret === '' ? [AZURE_REQUIREMENTS.secret] : [];
  const accounts = new Set(urls.map(({ account }) => account));
  const strangers = entries.filter(({ account }) => account !== undefined && !accounts.has(account));
  return [
    ...(configuration.AZURE_TENANT_ID === '' ? [AZURE_REQUIREMENTS.tenant] : []),
    ...(configuration.AZURE_CLIENT_ID === '' ? [AZURE_REQUIREMENTS.client] : []),
    ...(urls.length === 0 ? [AZURE_REQUIREMENTS.urls] : []),
    ...(urls.length === 0 ? [] : strangers).map(
      (entry) =>
        `${entryText(entry)} in AZURE_STORAGE_CONTAINER_NAME names no account of AZURE_STORAGE_ACCOUNT_URLS`,
    ),
  ];
}
