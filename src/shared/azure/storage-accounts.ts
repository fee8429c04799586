import type { AccountUrl } from './account-url.ts';
import type { AzurePatience } from './azure-tries.ts';
import { StorageAccount } from './storage-account.ts';
import { TokenSignIn } from './token-sign-in.ts';
import type { WorkloadIdentity } from './workload-identity.ts';

/** The storage accounts of a deployment. */
export interface StorageAccounts {
  /** All of them, at least one, in the order in which they are configured. Throws why they are not known. */
  all(): Promise<readonly StorageAccount[]>;
  /** The account of that name; undefined when it is not configured. Throws as {@link all} does. */
  named(name: string): Promise<StorageAccount | undefined>;
}

/** The accounts of these Blob endpoints, signed in to with tokens of Entra ID. */
export function accountsByToken(
  urls: readonly AccountUrl[],
  identity: WorkloadIdentity,
  patience: Partial<AzurePatience> = {},
): StorageAccounts {
  const accounts = urls.map(
    (url) => new StorageAccount(url.account, new TokenSignIn(identity, url), patience),
  );
  return {
    all: async () => accounts,
    named: async (name) => accounts.find((account) => account.name === name),
  };
}
