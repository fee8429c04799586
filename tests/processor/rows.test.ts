import { S3Client } from '@aws-sdk/client-s3';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { LOCAL_REGION } from '#local/local-cloud.ts';
import { recordId } from '#mapping/ids.ts';
import { MAX_DAYS_AT_ONCE } from '#processor/window-settler.ts';
import { generationOf } from '#shared/generation.ts';
import { WITHOUT_LAKE } from '#shared/destinations/connect-destinations.ts';
import { EventBucket } from '#shared/destinations/rows/event-bucket.ts';
import { writeRangeMessage } from '#shared/ranges/range.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../pipeline/pipeline.ts';
import type { StoredObject } from '../pipeline/stored-rows.ts';

let pipeline: Pipeline;
let name: string;
let hour = 0;

beforeAll(async () => {
  pipeline = await Pipeline.start({ destination: 'Both' });
});
afterAll(async () => pipeline.close());
beforeEach(() => {
  hour += 1;
  name = nameAt(`2026-11-20T${String(hour).padStart(2, '0')}`);
  pipeline.emitted.length = 0;
});

/** Appends lines and gives the message of the range up to their end. */
async function append(...lines: string[]) {
  await pipeline.append(name, lines.join(''));
  const { createdOn, contentLength = 0 } = await pipeline.blobs().getBlobClient(name).getProperties();
  const account = pipeline.cloud.azureBlob.accountName;
  const logObject = { account, container: CONTAINER, name, generation: generationOf(createdOn) };
  const body = writeRangeMessage({ logObject, end: contentLength, tail: 'open' });
  return { messageId: `${contentLength}`, body, logObject };
}

/** A record of that time. */
function lineAt(time: string, marker: string): string {
  return line(`${name} ${marker}`).replace('2026-11-20T10:00:00.1234567Z', time);
}

/** The objects of this test's log object. */
async function objects(): Promise<StoredObject[]> {
  const all = await pipeline.objects();
  return all.filter(({ metadata }) => metadata['log-object'] === name);
}

async function checkpoint() {
  return (await pipeline.checkpoints()).find(({ logObject }) => logObject.name === name);
}

/** UIDs of this test's log object in the event data store. */
async function uidsInLake(): Promise<string[]> {
  const { rows } = await pipeline.cloud.lake.query(
    `SELECT eventData.uid FROM ${pipeline.cloud.lake.eventDataStoreId}
     WHERE element_at(eventData.additionalEventData, 'logObject') LIKE '%${name}' ORDER BY 1`,
  );
  return rows.map(([uid]) => String(uid));
}

function uidsIn(stored: readonly StoredObject[]): string[] {
  return stored.flatMap(({ rows }) => rows.map(({ eventdata }) => eventdata.uid)).sort();
}

describe('the rows of a window', () => {
  it('are one object for each day, and the same records as in CloudTrail Lake', async () => {
    const message = await append(
      lineAt('2026-11-19T23:59:59.9Z', 'a'),
      lineAt('2026-11-20T00:00:00Z', 'b'),
      lineAt('2026-11-19T10:00:00Z', 'c'),
    );

    expect(await pipeline.process([message])).toEqual([]);

    const stored = await objects();
    expect(stored.map(({ key }) => key.replace(/[0-9a-f]{64}/, 'PLACE'))).toEqual([
      `events/source=${CONTAINER}/day=2026-11-19/PLACE-000000000000000.jsonl.gz`,
      `events/source=${CONTAINER}/day=2026-11-20/PLACE-000000000000000.jsonl.gz`,
    ]);
    expect(stored.map(({ rows }) => rows.map(({ eventtime }) => eventtime))).toEqual([
      ['2026-11-19 23:59:59', '2026-11-19 10:00:00'],
      ['2026-11-20 00:00:00'],
    ]);
    expect(stored[0]?.contentType).toBe('application/gzip');
    expect(stored[0]?.rows[0]).toMatchObject({
      eventid: recordId({ ...message.logObject, offset: 0, length: 0 }),
      awsregion: LOCAL_REGION,
      recipientaccountid: pipeline.batch.recipientAccountId,
    });
    expect(uidsIn(stored)).toEqual(await uidsInLake());
    expect(pipeline.emitted).toContainEqual({
      name: 'rows.written',
      fields: { rows: 3, objects: 2, rowBytes: expect.any(Number) },
    });
  });

  it('are there when it is committed, and no window stays open', async () => {
    expect(await pipeline.process([await append(lineAt('2026-11-20T10:00:00Z', 'a'))])).toEqual([]);
    expect(await pipeline.process([await append(lineAt('2026-11-20T10:00:00Z', 'b'))])).toEqual([]);

    expect((await objects()).map(({ rows }) => rows.length)).toEqual([1, 1]);
    expect(await checkpoint()).toMatchObject({ deliveredRecords: 2, openWindow: undefined });
  });

  it('leave out what CloudTrail Lake rejects: it is in the failure queue instead', async () => {
    const bad = lineAt('2026-11-20T10:00:00Z', 'bad');
    const message = await append(lineAt('2026-11-20T10:00:00Z', 'a'), bad);
    const { destination } = pipeline.batch;

    const failed = await pipeline.process([message], {
      destination: {
        deliver: async (events, deadline) => {
          const outcomes = await destination.deliver(events.slice(0, 1), deadline);
          const rejection = { reason: 'INVALID_DATA', message: 'for a test' } as const;
          return [...outcomes, { kind: 'rejected', rejection }];
        },
      },
    });

    expect(failed).toEqual([]);
    expect(uidsIn(await objects())).toEqual(await uidsInLake());
    expect((await pipeline.rejects()).filter((reject) => reject.name === name)).toMatchObject([
      { reason: 'INVALID_DATA' },
    ]);
  });

  it(`of more than ${MAX_DAYS_AT_ONCE} days are written in portions, each record once`, async () => {
    const times = Array.from({ length: 2 * MAX_DAYS_AT_ONCE + 5 }, (_, day) =>
      new Date(Date.UTC(2026, 0, 1 + day)).toISOString(),
    );

    const failed = await pipeline.process([await append(...times.map((time, at) => lineAt(time, `${at}`)))]);

    expect(failed).toEqual([]);
    const stored = await objects();
    expect(stored).toHaveLength(times.length);
    expect(new Set(stored.map(({ key }) => key.slice(-24))).size).toBe(3);
    expect(uidsIn(stored)).toEqual(await uidsInLake());
    expect(await checkpoint()).toMatchObject({ deliveredRecords: times.length, openWindow: undefined });
  });

  it('that S3 refuses are not committed, which is loud, and are there once when it is mended', async () => {
    const client = new S3Client({
      endpoint: pipeline.cloud.s3.endpoint,
      region: LOCAL_REGION,
      credentials: DUMMY_CREDENTIALS,
      maxAttempts: 1,
    });
    const rows = new EventBucket({
      client,
      bucket: 'no-such-bucket',
      region: async () => LOCAL_REGION,
      accountId: '111122223333',
      telemetry: pipeline.telemetry,
      now: Date.now,
      sleep: async () => undefined,
      random: () => 0,
    });
    const message = await append(lineAt('2026-11-20T10:00:00Z', 'a'));

    expect(await pipeline.process([message], { rows })).toEqual([message.messageId]);

    expect(pipeline.emitted.map(({ name: event }) => event)).toEqual(['range.failed']);
    const [failure] = pipeline.emitted;
    expect(failure?.fields['error']).toMatchObject({
      code: 'EVENT_BUCKET_REFUSED',
      message: expect.stringContaining('no-such-bucket answered NoSuchBucket (404)'),
    });
    expect(await checkpoint()).toMatchObject({ committed: 0 });
    expect(await pipeline.process([message])).toEqual([]);
    expect((await objects()).map((object) => object.rows.length)).toEqual([1]);
    client.destroy();
  });
});

describe('without CloudTrail Lake', () => {
  it('every record that maps has a row, and Lake is never asked', async () => {
    const message = await append(lineAt('2026-11-20T10:00:00Z', 'a'), 'no JSON\n');
    const requests = pipeline.cloud.lake.counters().requests;

    expect(await pipeline.process([message], { destination: WITHOUT_LAKE })).toEqual([]);

    expect(pipeline.cloud.lake.counters().requests).toBe(requests);
    expect((await objects()).map(({ rows }) => rows.length)).toEqual([1]);
    expect(await checkpoint()).toMatchObject({ deliveredRecords: 1, rejectedRecords: 1 });
  });
});

describe('without S3', () => {
  it('a window is committed by one write, as if there were no rows', async () => {
    const message = await append(lineAt('2026-11-20T10:00:00Z', 'a'));
    const { checkpoints } = pipeline.batch;
    let commits = 0;
    const counting = {
      read: checkpoints.read.bind(checkpoints),
      commit: (...both: Parameters<typeof checkpoints.commit>): Promise<void> => {
        commits += 1;
        return checkpoints.commit(...both);
      },
    };

    expect(await pipeline.process([message], { checkpoints: counting, rows: undefined })).toEqual([]);

    expect(commits).toBe(1);
    expect(await objects()).toEqual([]);
  });
});
