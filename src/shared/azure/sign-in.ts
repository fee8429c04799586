import type { BlobServiceClient, StoragePipelineOptions } from '@azure/storage-blob';

/** A storage account that is signed in to. */
export interface Connection {
  readonly client: BlobServiceClient;
  readonly accountName: string;
}

/** A way to sign in to one storage account. */
export interface SignIn {
  /** The connection of now; it is kept while its credential is good. Throws why there is none. */
  connect(): Promise<Connection>;
  /**
   * Azure refused `refused`: looks for a newer credential, and is true when {@link connect} gives one by now. Throws
   * why there is none.
   */
  renew(refused: Connection): Promise<boolean>;
  /** What to tell when Azure refused the newest credential too; the error itself when nothing is known. */
  explain(error: unknown): unknown;
}

/** Longest time that the service is asked to keep to, milliseconds: that of a try in azure-tries.ts. */
const SERVICE_TIMEOUT_MS = 30_000;

/** One try: repeats are ours (azure-tries.ts). */
export const STORAGE_PIPELINE: StoragePipelineOptions = {
  retryOptions: { maxTries: 1, tryTimeoutInMs: SERVICE_TIMEOUT_MS },
  userAgentOptions: { userAgentPrefix: 'crosstrail' },
};
