import type { LogObject } from '#mapping/origin.ts';
import { notConfigured, type LogObjectReader } from '#shared/azure/log-object-reader.ts';

/** Several places that log objects are read from: each reads those of the accounts that it knows. */
export class LogObjectReaders implements LogObjectReader {
  readonly #readers: readonly LogObjectReader[];

  constructor(readers: readonly LogObjectReader[]) {
    this.#readers = readers;
  }

  async knows(account: string): Promise<boolean> {
    return (await this.#readerOf(account)) !== undefined;
  }

  /** Throws RANGE_REFUSED when nobody knows the account, and what the one throws that does. */
  async read(logObject: LogObject, offset: number, count: number, deadline?: AbortSignal): Promise<Buffer> {
    const reader = await this.#readerOf(logObject.account);
    if (reader === undefined) throw notConfigured(logObject);
    return reader.read(logObject, offset, count, deadline);
  }

  async #readerOf(account: string): Promise<LogObjectReader | undefined> {
    for (const reader of this.#readers) if (await reader.knows(account)) return reader;
    return undefined;
  }
}
