import { createHash } from 'node:crypto';
import { PutObjectCommand, type PutObjectCommandInput, type S3Client } from '@aws-sdk/client-s3';
import { CONTENT_TYPE } from '#shared/destinations/rows/row-object.ts';
import { rowsIn, type StoredRow } from '../../pipeline/stored-rows.ts';
import type { Boundary } from './instance.ts';

export const BUCKET = 'crosstrail-events';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_METADATA_BYTES = 2048;

/** What goes wrong with a put: S3 throttles it, its answer is lost, or it is refused until somebody mends it. */
export type BucketFault = 'slow-down' | 'lose-answer' | 'access-denied';

/** Told of every put, when it has taken effect. */
export type RowsWritten = (key: string, after: readonly StoredRow[], before: readonly StoredRow[]) => void;

function answered(name: string, httpStatusCode?: number): Error {
  const $metadata = httpStatusCode === undefined ? {} : { httpStatusCode };
  return Object.assign(new Error(name), { name, $metadata });
}

/** An S3 bucket in memory: whole objects, each put over the one before. */
export class InProcessBucket {
  /** What goes wrong with the next puts, one after the other; undefined: nothing. */
  readonly faults: (BucketFault | undefined)[] = [];
  readonly #objects = new Map<string, readonly StoredRow[]>();
  readonly #written: RowsWritten;

  constructor(written: RowsWritten) {
    this.#written = written;
  }

  /** Keys of all objects. */
  get keys(): string[] {
    return [...this.#objects.keys()];
  }

  client(boundary: Boundary): Pick<S3Client, 'send'> {
    const send = async (command: unknown): Promise<unknown> => {
      if (!(command instanceof PutObjectCommand)) throw new Error('no command of the shipped writer');
      return boundary.call('rows.put', () => this.#put(command.input));
    };
    return { send };
  }

  #put({
    Bucket,
    Key = '',
    Body,
    ChecksumSHA256,
    ContentType,
    Metadata = {},
  }: PutObjectCommandInput): object {
    const fault = this.faults.shift();
    if (fault === 'slow-down') throw answered('SlowDown', 503);
    if (fault === 'access-denied') throw answered('AccessDenied', 403);
    if (Bucket !== BUCKET) throw answered('NoSuchBucket', 404);
    if (Buffer.byteLength(Key) > MAX_KEY_BYTES) throw answered('KeyTooLongError', 400);
    const metadataBytes = Buffer.byteLength(Object.entries(Metadata).flat().join(''));
    if (metadataBytes > MAX_METADATA_BYTES) throw answered('MetadataTooLarge', 400);
    const bytes = Body as Uint8Array;
    if (createHash('sha256').update(bytes).digest('base64') !== ChecksumSHA256)
      throw answered('BadDigest', 400);
    if (ContentType !== CONTENT_TYPE) throw new Error(`an object of type ${ContentType}`);
    const before = this.#objects.get(Key) ?? [];
    const after = rowsIn(bytes);
    this.#objects.set(Key, after);
    this.#written(Key, after, before);
    if (fault === 'lose-answer') throw answered('TimeoutError');
    return {};
  }
}
