import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import { StsWebIdentityTokens } from '#shared/aws/web-identity-token.ts';
import type { AzureConfiguration } from '#shared/configuration/azure-settings.ts';
import { SecretAccounts } from './secret-accounts.ts';
import { secretConnectionStrings } from './secret-connection-strings.ts';
import { accountsByToken, type StorageAccounts } from './storage-accounts.ts';
import { WorkloadIdentity } from './workload-identity.ts';

/** Settings that say who signs in to Entra ID, and as what. */
export type IdentitySettings = Pick<
  AzureConfiguration,
  'AZURE_TENANT_ID' | 'AZURE_CLIENT_ID' | 'AZURE_AUTHORITY_HOST'
>;

/** Settings that say which storage accounts there are, and how they are signed in to. */
export type AccountSettings = IdentitySettings &
  Pick<
    AzureConfiguration,
    'AZURE_AUTHENTICATION' | 'AZURE_STORAGE_CONNECTION_STRING_SECRET' | 'AZURE_STORAGE_ACCOUNT_URLS'
  >;

/** The workload identity of this process, for every service of Microsoft. Nothing is asked for yet. */
export function workloadIdentity(settings: IdentitySettings): WorkloadIdentity {
  return new WorkloadIdentity(
    {
      tenantId: settings.AZURE_TENANT_ID,
      clientId: settings.AZURE_CLIENT_ID,
      authorityHost: settings.AZURE_AUTHORITY_HOST,
    },
    new StsWebIdentityTokens(new STSClient(clientOptions(AWS_PATIENCE))),
  );
}

/** The storage accounts that the settings name, for the Lambdas and the command line alike. Nothing is asked for yet. */
export function storageAccounts(settings: AccountSettings): StorageAccounts {
  if (settings.AZURE_AUTHENTICATION === 'WorkloadIdentity') {
    return accountsByToken(settings.AZURE_STORAGE_ACCOUNT_URLS, workloadIdentity(settings));
  }
  const client = new SecretsManagerClient(clientOptions(AWS_PATIENCE));
  return new SecretAccounts(secretConnectionStrings(client, settings.AZURE_STORAGE_CONNECTION_STRING_SECRET));
}
