import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AzurePatience } from '#shared/azure/azure-tries.ts';
import { toAzureError } from '#shared/azure/azure-error.ts';
import type { Level, ListedLogObject, LogObjectListing } from '#shared/azure/log-object-listing.ts';
import type { LogObjectReader } from '#shared/azure/log-object-reader.ts';
import { SecretAccounts } from '#shared/azure/secret-accounts.ts';
import { secretConnectionStrings } from '#shared/azure/secret-connection-strings.ts';
import type { StorageAccounts } from '#shared/azure/storage-accounts.ts';
import { CrosstrailError, type ErrorFields } from '#shared/errors/crosstrail-error.ts';
import type { Boundary, BoundaryCall } from './instance.ts';
import { ACCOUNT, RestAnswer, type InProcessStorage } from './storage.ts';

/** Names in a page: few, so that the tests' listings have several. */
const PAGE_SIZE = 3;

async function* pagesOf<Item>(page: (from: number) => Promise<Item[]>): AsyncGenerator<Item[]> {
  for (let from = 0; ; from += PAGE_SIZE) {
    const items = await page(from);
    yield items;
    if (items.length < PAGE_SIZE) return;
  }
}

/**
 * What one function sees of a storage account: the ports for listing and reading, on the shipped `SecretAccounts`,
 * which read the secret and renew a key that is refused.
 */
export class StorageConnection implements LogObjectListing, LogObjectReader {
  readonly #storage: InProcessStorage;
  readonly #boundary: Boundary;
  readonly account = ACCOUNT;
  readonly #accounts: StorageAccounts;

  constructor(storage: InProcessStorage, boundary: Boundary, patience: Partial<AzurePatience>) {
    this.#storage = storage;
    this.#boundary = boundary;
    const secrets = {
      send: () => boundary.call('secret.read', () => ({ SecretString: storage.connectionString })),
    };
    this.#accounts = new SecretAccounts(
      secretConnectionStrings(secrets as unknown as SecretsManagerClient, 'crosstrail/azure'),
      patience,
    );
  }

  async knows(account: string): Promise<boolean> {
    return (await this.#accounts.named(account)) !== undefined;
  }

  async *level(container: string, prefix: string): AsyncIterable<Level> {
    const page = (from: number): Promise<string[]> =>
      this.#request('listing.level', { container }, () =>
        this.#storage.level(container, prefix).slice(from, from + PAGE_SIZE),
      );
    for await (const children of pagesOf(page)) {
      yield {
        prefixes: children.filter((child) => child.endsWith('/')),
        names: children.filter((child) => !child.endsWith('/')),
      };
    }
  }

  below(container: string, prefix: string): AsyncIterable<ListedLogObject[]> {
    return pagesOf((from) =>
      this.#request('listing.below', { container }, () =>
        this.#storage.below(container, prefix).slice(from, from + PAGE_SIZE),
      ),
    );
  }

  async read(
    logObject: Parameters<LogObjectReader['read']>[0],
    offset: number,
    count: number,
  ): Promise<Buffer> {
    if (count === 0) return Buffer.alloc(0);
    const { container, name } = logObject;
    const { generation, total, bytes } = await this.#request(
      'log-object.read',
      { container, logObject: name },
      () => this.#storage.read(logObject, offset, count),
    );
    if (generation !== logObject.generation) throw new CrosstrailError('LOG_OBJECT_RECREATED', name);
    if (total < offset + count) throw new CrosstrailError('LOG_OBJECT_SHRUNK', name);
    return bytes;
  }

  /** One request of the Azure SDK: refused when its key is no longer the account's. */
  async #request<Answer>(call: BoundaryCall, fields: ErrorFields, answer: () => Answer): Promise<Answer> {
    try {
      const account = await this.#accounts.named(ACCOUNT);
      if (account === undefined) throw new CrosstrailError('STORAGE_ACCOUNT_UNKNOWN', ACCOUNT);
      return await account.use((client) =>
        this.#boundary.call(call, () => {
          if (!this.#storage.admits(client.credential)) throw new RestAnswer(403, 'AuthenticationFailed');
          return answer();
        }),
      );
    } catch (error) {
      throw toAzureError(error, call, fields);
    }
  }
}
