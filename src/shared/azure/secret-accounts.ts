import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { AZURE_PATIENCE, type AzurePatience } from './azure-tries.ts';
import { connect } from './connection-string.ts';
import type { ConnectionStringSource } from './secret-connection-strings.ts';
import type { Connection, SignIn } from './sign-in.ts';
import { REREAD_PAUSE_MS, StorageAccount } from './storage-account.ts';
import type { StorageAccounts } from './storage-accounts.ts';

/**
 * How long what a secret held counts as what it holds, milliseconds: an account that is added to it is listed that much
 * later at the latest. A credential that is refused is read again at once.
 */
export const SECRET_LIFETIME_MS = 15 * 60_000;

interface Held {
  readonly connectionString: string;
  readonly connection: Connection;
}

/** The accounts whose connection strings are in one secret. It is read when first needed. */
export class SecretAccounts implements StorageAccounts {
  readonly #source: ConnectionStringSource;
  readonly #patience: AzurePatience;
  readonly #accounts = new Map<string, StorageAccount>();
  /** What the secret held when it was read last, by account name; empty before. */
  #held: ReadonlyMap<string, Held> = new Map();
  /** Epoch ms. */
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(source: ConnectionStringSource, patience: Partial<AzurePatience> = {}) {
    this.#source = source;
    this.#patience = { ...AZURE_PATIENCE, ...patience };
  }

  async all(): Promise<readonly StorageAccount[]> {
    await this.#readUnlessYoungerThan(SECRET_LIFETIME_MS);
    return [...this.#held.keys()].map((name) => this.#account(name));
  }

  async named(name: string): Promise<StorageAccount | undefined> {
    if (!this.#held.has(name)) await this.#readUnlessYoungerThan(REREAD_PAUSE_MS);
    return this.#held.has(name) ? this.#account(name) : undefined;
  }

  #account(name: string): StorageAccount {
    let account = this.#accounts.get(name);
    if (account === undefined) {
      account = new StorageAccount(name, this.#signInTo(name), this.#patience);
      this.#accounts.set(name, account);
    }
    return account;
  }

  #signInTo(name: string): SignIn {
    // An account that has left the secret keeps the last connection that it had.
    let last: Connection | undefined;
    const connectNow = async (): Promise<Connection> => {
      const connection = this.#held.get(name)?.connection ?? last;
      if (connection === undefined) {
        throw new CrosstrailError(
          'CONNECTION_STRING_INVALID',
          `secret ${this.#source.secretId} no longer names ${name}`,
        );
      }
      last = connection;
      return connection;
    };
    return {
      connect: connectNow,
      renew: async (refused) => {
        await this.#read();
        return (await connectNow()) !== refused;
      },
      explain: (error) => error,
    };
  }

  async #readUnlessYoungerThan(ms: number): Promise<void> {
    if (this.#held.size === 0 || this.#patience.now() - this.#readAt >= ms) await this.#read();
  }

  /** Reads the secret once for all who ask side by side. What was held stays when it cannot be read. */
  async #read(): Promise<void> {
    this.#reading ??= this.#readNow().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  async #readNow(): Promise<void> {
    const before = this.#held;
    const held = new Map<string, Held>();
    const connectionStrings = await this.#source.read();
    for (const [index, connectionString] of connectionStrings.entries()) {
      const which =
        connectionStrings.length === 1 ? '' : ` (entry ${index + 1} of ${connectionStrings.length})`;
      const connection = connect(connectionString, `secret ${this.#source.secretId}${which}`);
      const { accountName } = connection;
      if (held.has(accountName)) {
        throw new CrosstrailError(
          'CONNECTION_STRING_INVALID',
          `secret ${this.#source.secretId} holds two connection strings for the storage account ${accountName}`,
        );
      }
      const old = before.get(accountName);
      // The same credential stays the same connection: that is how a renewal in vain is told.
      held.set(
        accountName,
        old?.connectionString === connectionString ? old : { connectionString, connection },
      );
    }
    this.#held = held;
    this.#readAt = this.#patience.now();
  }
}
