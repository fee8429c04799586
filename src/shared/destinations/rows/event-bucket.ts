import { hash } from 'node:crypto';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { failedAnswer } from '#shared/aws/failed-answer.ts';
import { mapConcurrently } from '#shared/concurrency.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import { isSlowDown, putMayPass } from './judge-put.ts';
import { CONTENT_TYPE, encodeRows, type RowObject } from './row-object.ts';

/** What became of an object: undefined when it is written. */
export type WriteOutcome = CrosstrailError | undefined;

/** Where rows go. */
export interface RowWriter {
  /**
   * Writes objects, over those of the same keys, and tells the outcome of each, in order. Never throws: a failure is an
   * outcome, and the object may be there nevertheless.
   */
  write(objects: readonly RowObject[]): Promise<WriteOutcome[]>;
}

/** What writing to S3 needs of the world. */
export interface EventBucketPorts {
  /** Makes one try only (`maxAttempts: 1`): repeats are counted here. */
  readonly client: Pick<S3Client, 'send'>;
  readonly bucket: string;
  /** AWS Region of the rows. */
  readonly region: () => Promise<string>;
  /** AWS account of the rows, 12 digits. */
  readonly accountId: string;
  readonly telemetry: Telemetry;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** 0 up to 1, for jitter. */
  readonly random: () => number;
}

/** Objects that are sent at a time. */
const CONCURRENCY = 8;
/** Times that an object is sent; pauses of 0.2 s doubling. */
const MAX_TRIES = 4;
const FIRST_PAUSE_MS = 200;
/** Longest `Retry-After` that is waited for, milliseconds; what asks for more is left to the range queue. */
const LONGEST_RETRY_AFTER_MS = 5_000;

/** Time after which no object is sent any more, milliseconds: see SETTLE_MS of the Processor, which covers it. */
export const LONGEST_WRITE_MS = 20_000;

/** Writes rows to S3. The checksum goes with each object: S3 refuses what was changed on the way, and keeps it. */
export class EventBucket implements RowWriter {
  readonly #ports: EventBucketPorts;

  constructor(ports: EventBucketPorts) {
    this.#ports = ports;
  }

  async write(objects: readonly RowObject[]): Promise<WriteOutcome[]> {
    const { telemetry, now } = this.#ports;
    const endsAt = now() + LONGEST_WRITE_MS;
    const writing = new Writing();
    const outcomes = await mapConcurrently(objects, CONCURRENCY, async (object) => {
      if (now() >= endsAt) writing.stop ??= this.#unavailable('its time was over');
      return writing.stop ?? this.#put(object, endsAt, writing);
    });
    const { rows, rowBytes, retried, throttled } = writing;
    const written = outcomes.filter((outcome) => outcome === undefined).length;
    if (written > 0) telemetry.emit('rows.written', { rows, objects: written, rowBytes });
    if (retried + throttled > 0) telemetry.emit('rows.retried', { retried, throttled });
    return outcomes;
  }

  async #put(object: RowObject, endsAt: number, writing: Writing): Promise<WriteOutcome> {
    const { client, bucket, accountId, random, sleep, now } = this.#ports;
    const body = encodeRows(object, { accountId, region: await this.#ports.region() });
    for (let tries = 1; ; tries += 1) {
      try {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: object.key,
            Body: body,
            ContentType: CONTENT_TYPE,
            ChecksumSHA256: hash('sha256', body, 'base64'),
            Metadata: object.metadata,
          }),
        );
        writing.rows += object.events.length;
        writing.rowBytes += body.length;
        return undefined;
      } catch (error) {
        const answer = failedAnswer(error);
        if (isSlowDown(answer)) writing.throttled += 1;
        if (!putMayPass(answer)) {
          // What is wrong with the bucket is wrong for every object.
          writing.stop = this.#refused(object.key, answer.said, error);
          return writing.stop;
        }
        const asked = answer.retryAfterMs ?? 0;
        const pause = Math.max(FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + random() / 2), asked);
        const isLast = tries >= MAX_TRIES || asked > LONGEST_RETRY_AFTER_MS || now() + pause >= endsAt;
        if (isLast || writing.stop !== undefined) {
          const silence = asked > 0 ? ` and asks for ${asked} ms of silence` : '';
          writing.stop ??= this.#unavailable(`the last answer was ${answer.said}${silence}`, error);
          return writing.stop;
        }
        writing.retried += 1;
        await sleep(pause);
      }
    }
  }

  #refused(key: string, said: string, cause: unknown): CrosstrailError {
    const { bucket } = this.#ports;
    const what = `PutObject to ${bucket} answered ${said}`;
    return new CrosstrailError('EVENT_BUCKET_REFUSED', what, { bucket, key }, cause);
  }

  #unavailable(why: string, cause?: unknown): CrosstrailError {
    const { bucket } = this.#ports;
    const what = `${bucket} did not take every object: ${why}`;
    return new CrosstrailError('EVENT_BUCKET_UNAVAILABLE', what, { bucket }, cause);
  }
}

/** What the objects of one call share. */
class Writing {
  rows = 0;
  rowBytes = 0;
  retried = 0;
  throttled = 0;
  /** Why no further object is sent. */
  stop: CrosstrailError | undefined;
}
