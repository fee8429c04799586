import { BlobServiceClient, type StoragePipelineOptions } from '@azure/storage-blob';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { isAccessDenied } from './azure-error.ts';
import type { ConnectionStringSource } from './connection-string.ts';

/** Bounds on one request to Azure, retries included: four tries of 30 s, pauses of 1, 2 and 4 s. */
const PIPELINE: StoragePipelineOptions = {
  retryOptions: { maxTries: 4, tryTimeoutInMs: 30_000, retryDelayInMs: 1_000, maxRetryDelayInMs: 8_000 },
  userAgentOptions: { userAgentPrefix: 'crosstrail' },
};

function clientOf(connectionString: string): BlobServiceClient {
  try {
    return BlobServiceClient.fromConnectionString(connectionString, PIPELINE);
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
  #connectionString: string | undefined;
  #client: BlobServiceClient | undefined;

  constructor(source: ConnectionStringSource) {
    this.#source = source;
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
   * Runs `request`. When Azure refuses the credential and the secret holds another one by now, it is run once more
   * with that, so that a rotation needs no deployment. Throws what `request` throws.
   */
  async use<Result>(request: (client: BlobServiceClient) => Promise<Result>): Promise<Result> {
    const client = await this.#connected();
    try {
      return await request(client);
    } catch (error) {
      if (!isAccessDenied(error) || !(await this.#renewed(client))) throw error;
      return await request(await this.#connected());
    }
  }

  async #connected(): Promise<BlobServiceClient> {
    if (this.#client === undefined) {
      this.#connectionString = await this.#source.read();
      this.#client = clientOf(this.#connectionString);
    }
    return this.#client;
  }

  /** True when there is a newer credential than the one that was refused. */
  async #renewed(refused: BlobServiceClient): Promise<boolean> {
    if (this.#client !== refused) return true;
    const connectionString = await this.#source.read();
    if (connectionString === this.#connectionString) return false;
    this.#connectionString = connectionString;
    this.#client = clientOf(connectionString);
    return true;
  }
}
