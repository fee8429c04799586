import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BlobServiceClient } from '@azure/storage-blob';
import type { LogObject } from '#mapping/origin.ts';
import { CrosstrailError, type ErrorCode } from '#shared/errors/crosstrail-error.ts';
import { toAzureError } from './azure-error.ts';
import { generationOf } from '#shared/generation.ts';
import type { StorageAccounts } from './storage-accounts.ts';

/** Reads bytes of log objects. */
export interface LogObjectReader {
  /** True when the storage account is one of the configured. Throws why these are not known. */
  knows(account: string): Promise<boolean>;
  /**
   * Exactly `count` bytes from byte `offset` on, of this generation and no other. Throws RANGE_REFUSED,
   * LOG_OBJECT_NOT_FOUND, LOG_OBJECT_RECREATED, LOG_OBJECT_SHRUNK, LOG_OBJECT_ARCHIVED, READ_INCOMPLETE, an AZURE_…
   * error or what signing in throws, and OUT_OF_TIME once `deadline` aborted.
   */
  read(logObject: LogObject, offset: number, count: number, deadline?: AbortSignal): Promise<Buffer>;
}

/**
 * Azure gives the MD5 of a range of at most 4 MiB when asked.
 * https://learn.microsoft.com/rest/api/storageservices/get-blob#request-headers
 */
const MAX_MD5_BYTES = 4 * 1024 * 1024;

/** Reads the storage accounts of Azure with ranged GETs that are pinned to the listed length: growth never shifts them. */
export class AzureLogObjectReader implements LogObjectReader {
  readonly #accounts: StorageAccounts;

  constructor(accounts: StorageAccounts) {
    this.#accounts = accounts;
  }

  async knows(account: string): Promise<boolean> {
    return (await this.#accounts.named(account)) !== undefined;
  }

  async read(logObject: LogObject, offset: number, count: number, deadline?: AbortSignal): Promise<Buffer> {
    if (count === 0) return Buffer.alloc(0);
    const account = await this.#accounts.named(logObject.account);
    if (account === undefined) throw notConfigured(logObject);
    try {
      return await account.use(
        (client, signal) => readOnce(client, logObject, offset, count, signal),
        deadline,
      );
    } catch (error) {
      if (error instanceof CrosstrailError) throw error;
      const fields = { ...fieldsOf(logObject, offset, count), endpoint: await account.endpoint() };
      throw toAzureError(error, 'Reading', fields);
    }
  }
}

/** RANGE_REFUSED: the log object lies in a place that this deployment was not told to read. */
export function notConfigured({ account, container, name }: LogObject): CrosstrailError {
  const what = `${account}/${container} is not configured`;
  return new CrosstrailError('RANGE_REFUSED', what, { account, container, logObject: name });
}

function fieldsOf({ account, container, name, generation }: LogObject, offset: number, count: number) {
  return { account, container, logObject: name, generation, offset, count };
}

/** `bytes 5-9/100`: first, last, length of the whole. */
function parseContentRange(header = ''): { first: number; last: number; total: number } | undefined {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header) ?? [];
  return total === undefined ? undefined : { first: Number(first), last: Number(last), total: Number(total) };
}

async function readOnce(
  client: BlobServiceClient,
  logObject: LogObject,
  offset: number,
  count: number,
  abortSignal: AbortSignal,
): Promise<Buffer> {
  const { container, name, generation } = logObject;
  const fail = (code: ErrorCode, what: string, cause?: unknown): CrosstrailError =>
    new CrosstrailError(code, `${container}/${name} ${what}`, fieldsOf(logObject, offset, count), cause);
  const response = await client
    .getContainerClient(container)
    .getBlobClient(name)
    // A body that breaks off is a failed try as any other; the SDK would ask for its rest five times by itself.
    .download(offset, count, {
      abortSignal,
      maxRetryRequests: 0,
      rangeGetContentMD5: count <= MAX_MD5_BYTES,
    });
  const body = response.readableStreamBody as Readable;
  const problem = ((): CrosstrailError | undefined => {
    const created = generationOf(response.createdOn);
    if (created !== generation) return fail('LOG_OBJECT_RECREATED', `is of generation ${created}`);
    const range = parseContentRange(response.contentRange);
    if (range !== undefined && range.total < offset + count) {
      // Azure answers 416 to a range that starts at the end, Azurite an empty 206: the same fact.
      return fail('LOG_OBJECT_SHRUNK', `has ${range.total} bytes and was listed with ${offset + count}`);
    }
    if (range?.first === offset && range.last === offset + count - 1) return undefined;
    return fail('READ_INCOMPLETE', `was answered with ${response.contentRange ?? 'no range'}`);
  })();
  if (problem !== undefined) {
    body.destroy();
    throw problem;
  }

  const bytes = await buffer(body).catch((error: unknown) => {
    throw fail('READ_INCOMPLETE', 'broke off', error);
  });
  if (bytes.length !== count) throw fail('READ_INCOMPLETE', `came with ${bytes.length} of ${count} bytes`);
  const { contentMD5 } = response;
  if (contentMD5 !== undefined && !createHash('md5').update(bytes).digest().equals(contentMD5)) {
    throw fail('READ_INCOMPLETE', 'came with other bytes than their MD5 says');
  }
  return bytes;
}
