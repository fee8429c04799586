import { createHash } from 'node:crypto';
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { EventBucket, LONGEST_WRITE_MS } from '#shared/destinations/rows/event-bucket.ts';
import type { RowObject } from '#shared/destinations/rows/row-object.ts';

/** A bucket that answers as a test says, with a clock that only moves when somebody waits. */
class Stage {
  now = 0;
  readonly puts: PutObjectCommandInput[] = [];
  readonly emitted: unknown[] = [];
  readonly pauses: number[] = [];
  inFlight = 0;
  mostInFlight = 0;
  answer: (put: number) => Promise<void> | undefined = () => undefined;
  readonly bucket: EventBucket;

  constructor() {
    const send = async ({ input }: { readonly input: PutObjectCommandInput }): Promise<object> => {
      const put = this.puts.push(input);
      this.inFlight += 1;
      this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
      try {
        await new Promise((resolve) => setImmediate(resolve));
        await this.answer(put);
        return {};
      } finally {
        this.inFlight -= 1;
      }
    };
    this.bucket = new EventBucket({
      client: { send: send as never },
      bucket: 'rows',
      region: async () => 'eu-central-1',
      accountId: '111122223333',
      telemetry: { emit: (name, fields) => this.emitted.push({ name, ...fields }) },
      now: () => this.now,
      sleep: async (ms) => {
        this.pauses.push(ms);
        this.now += ms;
      },
      random: () => 1,
    });
  }
}

function failing(name: string, httpStatusCode?: number): Promise<never> {
  return Promise.reject(Object.assign(new Error(name), { name, $metadata: { httpStatusCode } }));
}

function objects(count: number): RowObject[] {
  return Array.from({ length: count }, (_, index) => ({ key: `events/${index}`, events: [], metadata: {} }));
}

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});

describe('writing rows', () => {
  it('sends each object once with its checksum, at most eight at a time', async () => {
    const outcomes = await stage.bucket.write(objects(20));

    expect(outcomes).toEqual(Array.from({ length: 20 }, () => undefined));
    expect(new Set(stage.puts.map(({ Key }) => Key)).size).toBe(20);
    expect(stage.mostInFlight).toBe(8);
    for (const { Body, ChecksumSHA256, Bucket } of stage.puts) {
      const sha256 = createHash('sha256')
        .update(Body as Uint8Array)
        .digest('base64');
      expect([Bucket, ChecksumSHA256]).toEqual(['rows', sha256]);
    }
    expect(stage.emitted).toEqual([
      { name: 'rows.written', rows: 0, objects: 20, rowBytes: expect.any(Number) },
    ]);
  });

  it('waits longer before each try of an object, and tells what it was throttled', async () => {
    stage.answer = (put) => (put < 4 ? failing('SlowDown', 503) : undefined);

    const outcomes = await stage.bucket.write(objects(1));

    expect(outcomes).toEqual([undefined]);
    expect(stage.pauses).toEqual([200, 400, 800]);
    expect(stage.emitted).toContainEqual({ name: 'rows.retried', retried: 3, throttled: 3 });
  });

  it('sends nothing more once the bucket refused one object: it would refuse them all', async () => {
    stage.answer = () => failing('AccessDenied', 403);

    const outcomes = await stage.bucket.write(objects(20));

    expect(stage.puts).toHaveLength(8);
    expect(outcomes).toHaveLength(20);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        code: 'EVENT_BUCKET_REFUSED',
        passing: false,
        fields: { bucket: 'rows' },
      });
    }
    expect(stage.emitted).toEqual([]);
  });

  it('tells which objects are written when others are not', async () => {
    stage.answer = (put) => (put % 2 === 0 ? failing('InternalError', 500) : undefined);

    const outcomes = await stage.bucket.write(objects(2));

    expect(outcomes[0]).toBeUndefined();
    expect(stage.puts.filter(({ Key }) => Key === 'events/0')).toHaveLength(1);
  });

  it('begins no try after its time, which the Processor keeps for it', async () => {
    stage.answer = () => {
      stage.now = LONGEST_WRITE_MS;
      return undefined;
    };

    const outcomes = await stage.bucket.write(objects(20));

    // Eight were under way when the first answer used the time up.
    expect(stage.puts).toHaveLength(8);
    expect(outcomes.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => undefined));
    for (const outcome of outcomes.slice(8)) {
      expect(outcome).toMatchObject({ code: 'EVENT_BUCKET_UNAVAILABLE', passing: true });
    }
  });

  it('makes no pause that would last beyond its time', async () => {
    stage.answer = () => {
      stage.now = LONGEST_WRITE_MS - 100;
      return failing('ServiceUnavailable', 503);
    };

    const [outcome] = await stage.bucket.write(objects(1));

    expect(stage.puts).toHaveLength(1);
    expect(outcome).toMatchObject({ code: 'EVENT_BUCKET_UNAVAILABLE' });
    expect(outcome?.message).toContain('ServiceUnavailable (503)');
  });

  it('repeats no text of an answer that is no code', async () => {
    stage.answer = () => failing('secret text of a proxy', 403);

    const [outcome] = await stage.bucket.write(objects(1));

    expect(outcome?.message).toBe('EVENT_BUCKET_REFUSED: PutObject to rows answered an error (403)');
  });
});
