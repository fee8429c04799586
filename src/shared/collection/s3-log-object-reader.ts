import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { LogObject } from '#mapping/origin.ts';
import type { LogObjectReader } from '#shared/azure/log-object-reader.ts';
import { generationOf } from '#shared/generation.ts';
import { CrosstrailError, type ErrorCode } from '#shared/errors/crosstrail-error.ts';

/** What S3's refusals say of a log object. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const MEANINGS: Readonly<Record<string, ErrorCode>> = {
  NoSuchKey: 'LOG_OBJECT_NOT_FOUND',
  InvalidRange: 'LOG_OBJECT_SHRUNK',
  InvalidObjectState: 'LOG_OBJECT_ARCHIVED',
};

/** Reads log objects that a collector wrote, with ranged GETs; they never change, so that only their creation time is checked. */
export class S3LogObjectReader implements LogObjectReader {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** The bucket's name is the account of its log objects. */
  async knows(account: string): Promise<boolean> {
    return account === this.#bucket;
  }

  /**
   * Exactly `count` bytes from byte `offset` on, of this generation. Throws LOG_OBJECT_NOT_FOUND, LOG_OBJECT_RECREATED,
   * LOG_OBJECT_SHRUNK, LOG_OBJECT_ARCHIVED, READ_INCOMPLETE or RAW_BUCKET_FAILED, and OUT_OF_TIME once `deadline` aborted.
   */
  async read(logObject: LogObject, offset: number, count: number, deadline?: AbortSignal): Promise<Buffer> {
    if (count === 0) return Buffer.alloc(0);
    const { account, container, name, generation } = logObject;
    const fields = { account, container, logObject: name, generation, offset, count };
    const fail = (code: ErrorCode, what: string, cause?: unknown): CrosstrailError =>
      new CrosstrailError(code, `${account}/${name} ${what}`, fields, cause);
    let bytes: Uint8Array;
    try {
      const { Body, LastModified } = await this.#client.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: name,
          Range: `bytes=${offset}-${offset + count - 1}`,
        }),
        deadline === undefined ? {} : { abortSignal: deadline },
      );
      const created = generationOf(LastModified);
      if (created !== generation) throw fail('LOG_OBJECT_RECREATED', `is of generation ${created}`);
      bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      if (error instanceof CrosstrailError) throw error;
      if (deadline?.aborted === true) throw fail('OUT_OF_TIME', 'was not read in time', error);
      const meaning = MEANINGS[(error as Error).name];
      throw fail(
        meaning ?? 'RAW_BUCKET_FAILED',
        meaning === undefined ? 'could not be read' : 'cannot be read',
        error,
      );
    }
    if (bytes.length !== count) throw fail('READ_INCOMPLETE', `came with ${bytes.length} of ${count} bytes`);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
