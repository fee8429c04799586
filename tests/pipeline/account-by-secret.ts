import type { AzurePatience } from '#shared/azure/azure-tries.ts';
import { SecretAccounts } from '#shared/azure/secret-accounts.ts';
import type { StorageAccount } from '#shared/azure/storage-account.ts';
import type { StorageAccounts } from '#shared/azure/storage-accounts.ts';

/** The accounts of a secret that holds what `read` gives, and the first of them. Throws as reading the secret does. */
export async function accountBySecret(
  read: () => string,
  patience: Partial<AzurePatience> = {},
): Promise<{ readonly accounts: StorageAccounts; readonly account: StorageAccount }> {
  const accounts = new SecretAccounts(
    { secretId: 'crosstrail/azure-storage', read: async () => [read()] },
    patience,
  );
  const [account] = await accounts.all();
  if (account === undefined) throw new Error('the secret holds no account');
  return { accounts, account };
}
