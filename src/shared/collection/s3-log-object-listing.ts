import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { Level, ListedLogObject, LogObjectListing } from '#shared/azure/log-object-listing.ts';
import { generationOf } from '#shared/generation.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** Lists the log objects of collectors. Names are whole keys, so that it does not matter of which log type one asks. */
export class S3LogObjectListing implements LogObjectListing {
  /** The bucket's name. */
  readonly account: string;
  readonly #client: S3Client;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.account = bucket;
  }

  /** Throws RAW_BUCKET_FAILED. */
  async *level(_container: string, prefix: string): AsyncGenerator<Level> {
    for await (const { CommonPrefixes = [], Contents = [] } of this.#pages(prefix, '/')) {
      yield {
        prefixes: CommonPrefixes.map(({ Prefix = '' }) => Prefix),
        names: Contents.map(({ Key = '' }) => Key),
      };
    }
  }

  /** Throws RAW_BUCKET_FAILED. */
  async *below(_container: string, prefix: string): AsyncGenerator<ListedLogObject[]> {
    for await (const { Contents = [] } of this.#pages(prefix)) {
      yield Contents.map(({ Key = '', LastModified, Size = 0 }) => ({
        name: Key,
        generation: generationOf(LastModified),
        length: Size,
        lastModified: LastModified?.getTime() ?? 0,
      }));
    }
  }

  async *#pages(prefix: string, delimiter?: string) {
    const input = { Bucket: this.account, Prefix: prefix, Delimiter: delimiter };
    try {
      yield* paginateListObjectsV2({ client: this.#client }, input);
    } catch (error) {
      const what = `listing ${prefix} in ${this.account} failed`;
      throw new CrosstrailError('RAW_BUCKET_FAILED', what, { bucket: this.account, name: prefix }, error);
    }
  }
}
