import { buffer } from 'node:stream/consumers';
import type { LogObject } from '#mapping/origin.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { toAzureError } from './azure-error.ts';
import { generationOf } from './generation.ts';
import type { StorageAccount } from './storage-account.ts';

/** Reads bytes of log objects. */
export interface LogObjectReader {
  account(): Promise<string>;
  /**
   * Exactly `count` bytes from byte `offset` on, of this generation and no other. Throws LOG_OBJECT_NOT_FOUND,
   * LOG_OBJECT_RECREATED, LOG_OBJECT_SHRUNK, LOG_OBJECT_ARCHIVED, READ_INCOMPLETE or an AZURE_… error.
   */
  read(logObject: LogObject, offset: number, count: number): Promise<Buffer>;
}

/** A body that broke off or stalled is asked for again, this many times in all. */
const MAX_TRIES = 3;

/** Longest time for one ranged GET of a few MiB, its body included; the SDK's own timeout ends at the headers. */
const READ_TIMEOUT_MS = 60_000;

/** Length of the whole log object from `bytes 0-9/100`. */
function totalLength(contentRange: string | undefined): number | undefined {
  const total = contentRange?.split('/')[1];
  return total !== undefined && /^\d+$/.test(total) ? Number(total) : undefined;
}

/** Reads an Azure storage account with ranged GETs that are pinned to the listed length: growth never shifts them. */
export class AzureLogObjectReader implements LogObjectReader {
  readonly #account: StorageAccount;

  constructor(account: StorageAccount) {
    this.#account = account;
  }

  account(): Promise<string> {
    return this.#account.name();
  }

  async read(logObject: LogObject, offset: number, count: number): Promise<Buffer> {
    if (count === 0) return Buffer.alloc(0);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#readOnce(logObject, offset, count);
      } catch (error) {
        const passing = error instanceof CrosstrailError && error.code === 'READ_INCOMPLETE';
        if (!passing || attempt === MAX_TRIES) throw error;
      }
    }
  }

  async #readOnce(logObject: LogObject, offset: number, count: number): Promise<Buffer> {
    const { account, container, name, generation } = logObject;
    const fields = { account, container, logObject: name, generation, offset, count };
    let bytes: Buffer;
    let generationRead: string;
    let total: number | undefined;
    try {
      const response = await this.#account.use((client) =>
        client
          .getContainerClient(container)
          .getBlobClient(name)
          .download(offset, count, { abortSignal: AbortSignal.timeout(READ_TIMEOUT_MS) }),
      );
      total = totalLength(response.contentRange);
      generationRead = generationOf(response.createdOn);
      if (generationRead === generation && response.readableStreamBody !== undefined) {
        bytes = await buffer(response.readableStreamBody).catch((error: unknown) => {
          throw new CrosstrailError('READ_INCOMPLETE', 'the body broke off', fields, error);
        });
      } else {
        (response.readableStreamBody as { destroy?: () => void } | undefined)?.destroy?.();
        bytes = Buffer.alloc(0);
      }
    } catch (error) {
      if (error instanceof CrosstrailError) throw error;
      throw toAzureError(error, 'Reading', { ...fields, endpoint: await this.#account.endpoint() });
    }
    if (generationRead !== generation) {
      throw new CrosstrailError(
        'LOG_OBJECT_RECREATED',
        `${container}/${name} is of generation ${generationRead}`,
        fields,
      );
    }
    // Azure answers 416 to a range that starts at the end, Azurite an empty 206: the same fact.
    if (bytes.length === 0 || (total !== undefined && total < offset + count)) {
      throw new CrosstrailError(
        'LOG_OBJECT_SHRUNK',
        `${container}/${name} ends before ${offset + count}`,
        fields,
      );
    }
    if (bytes.length !== count) {
      throw new CrosstrailError(
        'READ_INCOMPLETE',
        `${container}/${name}: ${bytes.length} of ${count} bytes came`,
        fields,
      );
    }
    return bytes;
  }
}
