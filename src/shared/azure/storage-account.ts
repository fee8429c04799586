import { BlobServiceClient, type StoragePipelineOptions } from '@azure/storage-blob';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { isAccessDenied } from './azure-error.ts';
import { AZURE_PATIENCE, tryAzure, type AzurePatience } from './azure-tries.ts';
import type { ConnectionStringSource } from './connection-string.ts';

/**
 * How long a secret that was read again in vain is not read once more, milliseconds. While a key is refused every
 * request would otherwise ask Secrets Manager, for a price, for what it just said.
 */
export const REREAD_PAUSE_MS = 5_000;

function clientOf(connectionString: string, { tryTimeoutMs }: AzurePatience): BlobServiceClient {
  const pipeline: StoragePipelineOptions = {
    // One try: repeats are ours (azure-tries.ts). The timeout here is what the service is asked to keep to.
    retryOptions: { maxTries: 1, tryTimeoutInMs: Math.max(1_000, tryTimeoutMs) },
    userAgentOptions: { userAgentPrefix: 'crosstrail' },
  };
  try {
    return BlobServiceClient.fromConnectionString(connectionString, pipeline);
  } catch {
    // The SDK's error is not kept as the cause: it may quote the string.
    throw new CrosstrailError(
      'CONNECTION_STRING_INVALID',
      'the secret does not hold a storage account connection string (AccountName and AccountKey, or BlobEndpoint and SharedAccessSignature)',
    );
  }
}

/** A storage account, signed in to by a connection string that is read when first needed and kept. */
export class StorageAccount {
  readonly #source: ConnectionStringSource;
  readonly #patience: AzurePatience;
  #connectionString: string | undefined;
  #client: BlobServiceClient | undefined;
  /** Epoch ms of the last time that the secret was read again and still held what was refused. */
  #rereadInVainAt = Number.NEGATIVE_INFINITY;
  #rereading: Promise<boolean> | undefined;

  constructor(source: ConnectionStringSource, patience: Partial<AzurePatience> = {}) {
    this.#source = source;
    this.#patience = { ...AZURE_PATIENCE, ...patience };
  }

  /** Storage account name. Reads the connection string when it was not read yet, and throws as that does. */
  async name(): Promise<string> {
    return (await this.#connected()).accountName;
  }

  /** Host and port that requests go to; the rest of the URL may hold a SAS token. Throws as {@link name} does. */
  async endpoint(): Promise<string> {
    return new URL((await this.#connected()).url).host;
  }

  /**
   * Runs `request`, again and again while its failure may pass, as {@link tryAzure} does: it must keep to the signal and
   * read the body, if any. When Azure refuses the credential and the secret holds another one by now, that is used, so
   * that a rotation needs no deployment. Throws what `request` threw last, or OUT_OF_TIME once `deadline` aborted.
   */
  async use<Result>(
    request: (client: BlobServiceClient, signal: AbortSignal) => Promise<Result>,
    deadline?: AbortSignal,
  ): Promise<Result> {
    const client = await this.#connected();
    const runWith = (credential: BlobServiceClient): Promise<Result> =>
      tryAzure((signal) => request(credential, signal), this.#patience, deadline);
    try {
      return await runWith(client);
    } catch (error) {
      if (!isAccessDenied(error) || !(await this.#renewed(client))) throw error;
      const renewed = await this.#connected();
      // A secret that names another account by now is for the next invocation: this one's names are of the old.
      if (renewed.accountName !== client.accountName) throw error;
      return await runWith(renewed);
    }
  }

  async #connected(): Promise<BlobServiceClient> {
    if (this.#client === undefined) this.#take(await this.#source.read());
    return this.#client as BlobServiceClient;
  }

  #take(connectionString: string): void {
    this.#client = clientOf(connectionString, this.#patience);
    this.#connectionString = connectionString;
  }

  /** True when there is a newer credential than the one that was refused. */
  async #renewed(refused: BlobServiceClient): Promise<boolean> {
    if (this.#client !== refused) return true;
    if (this.#patience.now() - this.#rereadInVainAt < REREAD_PAUSE_MS) return false;
    // Requests that are refused side by side read the secret once.
    this.#rereading ??= this.#reread().finally(() => (this.#rereading = undefined));
    return await this.#rereading;
  }

  async #reread(): Promise<boolean> {
    const connectionString = await this.#source.read();
    if (connectionString === this.#connectionString) {
      this.#rereadInVainAt = this.#patience.now();
      return false;
    }
    this.#take(connectionString);
    return true;
  }
}
