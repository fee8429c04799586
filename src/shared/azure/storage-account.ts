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

/** A connection string in use. */
interface Connection {
  readonly connectionString: string;
  readonly client: BlobServiceClient;
  readonly accountName: string;
}

function connect(connectionString: string, { tryTimeoutMs }: AzurePatience): Connection {
  const pipeline: StoragePipelineOptions = {
    // One try: repeats are ours (azure-tries.ts). The timeout here is what the service is asked to keep to.
    retryOptions: { maxTries: 1, tryTimeoutInMs: Math.max(1_000, tryTimeoutMs) },
    userAgentOptions: { userAgentPrefix: 'crosstrail' },
  };
  let client: BlobServiceClient;
  try {
    client = BlobServiceClient.fromConnectionString(connectionString, pipeline);
  } catch {
    // The SDK's error is not kept as the cause: it may quote the string.
    throw new CrosstrailError(
      'CONNECTION_STRING_INVALID',
      'the secret does not hold a storage account connection string (AccountName and AccountKey, or BlobEndpoint and SharedAccessSignature)',
    );
  }
  const accountName = client.accountName || accountNameIn(connectionString, new URL(client.url).hostname);
  if (accountName === '') {
    throw new CrosstrailError(
      'CONNECTION_STRING_INVALID',
      'the connection string does not say which storage account it is for: add AccountName=…; to it',
    );
  }
  return { connectionString, client, accountName };
}

/**
 * The name where the SDK finds none, which knows `ACCOUNT.blob.…` only: an endpoint in an Azure DNS zone
 * (`ACCOUNT.z01.blob.storage.azure.net`), or a domain of the customer's, which only AccountName can explain.
 * https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints
 */
function accountNameIn(connectionString: string, host: string): string {
  const [, given] = /(?:^|;)\s*AccountName=([a-z0-9]{3,24})\s*(?:;|$)/i.exec(connectionString) ?? [];
  const [, ofZone] = /^([a-z0-9]{3,24})\.z\d+\.blob\./.exec(host) ?? [];
  return given ?? ofZone ?? '';
}

/** A storage account, signed in to by a connection string that is read when first needed and kept. */
export class StorageAccount {
  readonly #source: ConnectionStringSource;
  readonly #patience: AzurePatience;
  #connection: Connection | undefined;
  /** Epoch ms of the last time that the secret was read again and did not help. */
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
    return new URL((await this.#connected()).client.url).host;
  }

  /**
   * Runs `request`, again and again while its failure may pass, as {@link tryAzure} does: it must keep to the signal and
   * read the body, if any. When Azure refuses the credential and the secret holds another one by now, that is used, so
   * that a rotation needs no deployment. Throws what `request` threw last, or OUT_OF_TIME once `deadline` aborted.
   */
  async use<Result>(
    request: (client: BlobServiceClient, signal: AbortSignal, accountName: string) => Promise<Result>,
    deadline?: AbortSignal,
  ): Promise<Result> {
    const connection = await this.#connected();
    const runWith = ({ client, accountName }: Connection): Promise<Result> =>
      tryAzure((signal) => request(client, signal, accountName), this.#patience, deadline);
    try {
      return await runWith(connection);
    } catch (error) {
      if (!isAccessDenied(error) || !(await this.#renewed(connection))) throw error;
      const renewed = await this.#connected();
      // A secret that names another account by now is for the next invocation: this one's names are of the old.
      if (renewed.accountName !== connection.accountName) throw error;
      return await runWith(renewed);
    }
  }

  async #connected(): Promise<Connection> {
    this.#connection ??= connect(await this.#source.read(), this.#patience);
    return this.#connection;
  }

  /** True when there is a newer credential than the one that was refused. */
  async #renewed(refused: Connection): Promise<boolean> {
    if (this.#connection !== refused) return true;
    if (this.#patience.now() - this.#rereadInVainAt < REREAD_PAUSE_MS) return false;
    // Requests that are refused side by side read the secret once.
    this.#rereading ??= this.#reread().finally(() => (this.#rereading = undefined));
    return await this.#rereading;
  }

  async #reread(): Promise<boolean> {
    // In vain until shown otherwise, be it that the secret cannot be read or holds no connection string.
    this.#rereadInVainAt = this.#patience.now();
    const connectionString = await this.#source.read();
    if (connectionString === this.#connection?.connectionString) return false;
    this.#connection = connect(connectionString, this.#patience);
    this.#rereadInVainAt = Number.NEGATIVE_INFINITY;
    return true;
  }
}
