import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { ContentLists } from './office365-source.ts';

const LIST = v.array(v.string());

/** Lists of content in the bucket of the log objects, one for each window, beside the records and of no use after it. */
export class S3ContentLists implements ContentLists {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  /** `tenant` and `contentType` are part of the names. */
  constructor(
    client: S3Client,
    bucket: string,
    { tenant, contentType }: { readonly tenant: string; readonly contentType: string },
  ) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = `raw/office365/_content-lists/${contentType}/tenant=${tenant}/`;
  }

  /** Throws RAW_BUCKET_FAILED. */
  async load(from: number): Promise<readonly string[]> {
    return this.#attempt('reading', from, async (Key) => {
      try {
        const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key }));
        return v.parse(LIST, JSON.parse((await Body?.transformToString()) ?? '[]'));
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return [];
        throw error;
      }
    });
  }

  /** Throws RAW_BUCKET_FAILED. */
  async save(from: number, contentUris: readonly string[]): Promise<void> {
    await this.#attempt('writing', from, (Key) =>
      this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key,
          Body: JSON.stringify(contentUris),
          ContentType: 'application/json',
        }),
      ),
    );
  }

  async #attempt<Result>(
    doing: string,
    from: number,
    request: (name: string) => Promise<Result>,
  ): Promise<Result> {
    const name = `${this.#prefix}${new Date(from).toISOString()}.json`;
    try {
      return await request(name);
    } catch (error) {
      const bucket = this.#bucket;
      throw new CrosstrailError(
        'RAW_BUCKET_FAILED',
        `${doing} ${name} in ${bucket} failed`,
        { bucket, name },
        error,
      );
    }
  }
}
