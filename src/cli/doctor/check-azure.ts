import { STSClient } from '@aws-sdk/client-sts';
import { claimsOf } from '#shared/aws/assertion-claims.ts';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import { StsWebIdentityTokens } from '#shared/aws/web-identity-token.ts';
import { atEachPlace } from '#shared/azure/at-each-place.ts';
import { storageAccounts, workloadIdentity } from '#shared/azure/connect-accounts.ts';
import type { StorageAccounts } from '#shared/azure/storage-accounts.ts';
import { STORAGE_SCOPE } from '#shared/azure/workload-identity.ts';
import {
  AZURE_SETTINGS,
  azureProblems,
  type AzureConfiguration,
} from '#shared/configuration/azure-settings.ts';
import { readConfiguration, refuseProblems } from '#shared/configuration/read-configuration.ts';
import { isCrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { checkThat, NotChecked, type Check } from './check.ts';

/** The settings of a deployment, or of the environment, by name. */
export type SettingTexts = Readonly<Record<string, string | undefined>>;

/** One of the roles of the deployment is let in by Azure; the person who looks need not be. */
const OWN_ROLE =
  'The functions sign in with their own roles. To look from here too, give the application a federated credential with this subject.';

async function checkFederation(): Promise<Check> {
  return checkThat('outbound identity federation', async () => {
    const client = new STSClient(clientOptions(AWS_PATIENCE));
    try {
      const { issuer, subject } = claimsOf(await new StsWebIdentityTokens(client).current());
      return `issuer ${issuer}; you are ${subject}`;
    } catch (error) {
      if (!isCrosstrailError(error, 'AWS_IDENTITY_DENIED')) throw error;
      throw new NotChecked(
        'you may not ask for a web identity token; the functions may',
        'Allow yourself sts:GetWebIdentityToken to look from here.',
      );
    } finally {
      client.destroy();
    }
  });
}

async function checkEntra(settings: AzureConfiguration): Promise<Check> {
  const { AZURE_CLIENT_ID: client, AZURE_TENANT_ID: tenant } = settings;
  return checkThat('sign-in to Entra ID', async () => {
    try {
      await workloadIdentity(settings).tokenFor(STORAGE_SCOPE);
    } catch (error) {
      const isOther =
        isCrosstrailError(error, 'ENTRA_CREDENTIAL_PENDING') ||
        isCrosstrailError(error, 'ENTRA_CREDENTIAL_MISSING');
      if (isOther) throw new NotChecked(`Azure does not let you in: ${error.message}`, OWN_ROLE);
      throw error;
    }
    return `as the application ${client} of tenant ${tenant}`;
  });
}

async function checkSecret(accounts: StorageAccounts, secretId: string): Promise<Check> {
  return checkThat('secret with the connection strings', async () => {
    const names = (await accounts.all()).map(({ name }) => name);
    return `${secretId}: ${names.join(', ')}`;
  });
}

/** Whether each container is there and lists, by reading the first level of its names. */
async function checkContainers(accounts: StorageAccounts, settings: AzureConfiguration): Promise<Check[]> {
  const checks: Check[] = [];
  const places = atEachPlace({
    accounts,
    entries: settings.AZURE_STORAGE_CONTAINER_NAME,
    wasRead: async () => false,
    work: async (listing, container) => {
      for await (const { prefixes, names } of listing.level(container, '')) {
        return prefixes.length + names.length;
      }
      return 0;
    },
  });
  for await (const place of places) {
    const name = `container ${place.account ?? '?'}/${place.container}`;
    checks.push(
      await checkThat(name, async () => {
        if (place.kind === 'failed') throw place.error;
        if (place.kind === 'absent') throw new NotChecked('it is in another account');
        return place.result === 0 ? 'it lists, and is empty' : 'it lists';
      }),
    );
  }
  return checks;
}

/** Whether Azure can be signed in to, and each container lists. */
export async function checkAzure(texts: SettingTexts): Promise<Check[]> {
  if ((texts['AZURE_STORAGE_CONTAINER_NAME'] ?? '') === '') {
    const why =
      (texts['RAW_BUCKET_NAME'] ?? '') === ''
        ? 'no settings: name the stack with --stack, or set AZURE_STORAGE_CONTAINER_NAME and its like'
        : 'AzureStorageContainerName is empty: only collectors are read';
    return [{ name: 'sign-in to Azure', status: 'skipped', detail: why }];
  }
  let settings: AzureConfiguration;
  try {
    settings = readConfiguration(AZURE_SETTINGS, texts);
    refuseProblems(azureProblems(settings));
  } catch (error) {
    return [
      await checkThat('settings of Azure', async () => {
        throw error;
      }),
    ];
  }
  const accounts = storageAccounts(settings);
  const { AZURE_AUTHENTICATION, AZURE_STORAGE_CONNECTION_STRING_SECRET: secretId } = settings;
  const signIn =
    AZURE_AUTHENTICATION === 'WorkloadIdentity'
      ? [await checkFederation(), await checkEntra(settings)]
      : [await checkSecret(accounts, secretId)];
  if (signIn.some(({ status }) => status !== 'ok')) {
    return [...signIn, { name: 'containers', status: 'skipped', detail: 'nobody is signed in' }];
  }
  return [...signIn, ...(await checkContainers(accounts, settings))];
}
