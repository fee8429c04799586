import {
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { generationOf } from '#shared/generation.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { RawLogObjects } from './collect-window.ts';
import type { CollectedObject } from './plan.ts';

/** The log objects of a collector, in a bucket. Every method throws RAW_BUCKET_FAILED when S3 does. */
export class S3RawLogObjects implements RawLogObjects {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async list(namePrefix: string): Promise<CollectedObject[]> {
    return this.#attempt('listing', namePrefix, async () => {
      const objects: CollectedObject[] = [];
      const pages = paginateListObjectsV2(
        { client: this.#client },
        { Bucket: this.#bucket, Prefix: namePrefix },
      );
      for await (const { Contents = [] } of pages) {
        for (const { Key = '', LastModified, Size = 0 } of Contents)
          objects.push({ name: Key, generation: generationOf(LastModified), bytes: Size });
      }
      return objects;
    });
  }

  async read({ name }: CollectedObject): Promise<Buffer> {
    return this.#attempt('reading', name, async () => {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: name }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    });
  }

  async create(name: string, bytes: Uint8Array): Promise<CollectedObject | undefined> {
    return this.#attempt('writing', name, async () => {
      try {
        await this.#client.send(
          new PutObjectCommand({
            Bucket: this.#bucket,
            Key: name,
            Body: bytes,
            ContentType: 'application/x-ndjson',
            ChecksumAlgorithm: 'SHA256',
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
            IfNoneMatch: '*',
          }),
        );
      } catch (error) {
        // 412: it exists. 409: another write of the same name is on its way; whichever wins, it is not this one's to say.
        const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
        if (status === 412) return undefined;
        throw error;
      }
      const { LastModified } = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#bucket, Key: name }),
      );
      return { name, generation: generationOf(LastModified), bytes: bytes.length };
    });
  }

  async #attempt<Result>(doing: string, name: string, request: () => Promise<Result>): Promise<Result> {
    try {
      return await request();
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
