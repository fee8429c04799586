import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { createStateTable, startDynamoDb } from '#local/dynamodb.ts';
import { RAW_BUCKET, startS3 } from '#local/s3.ts';
import { S3ContentLists } from '#office365-collector/s3-content-lists.ts';
import { DynamoCollectionStateStore } from '#shared/collection/collection-state-store.ts';
import type { CollectionState } from '#shared/collection/plan.ts';
import { S3LogObjectReader } from '#shared/collection/s3-log-object-reader.ts';
import { S3RawLogObjects } from '#shared/collection/s3-raw-log-objects.ts';
import { DynamoSeenRecords } from '#shared/collection/seen-record-store.ts';

const TABLE = 'collection';
const TENANT = '11111111-2222-4333-8444-555555555555';
const STATE: CollectionState = {
  version: 1,
  positions: { first: 1_700_000_000_000 },
  outbox: [{ name: 'raw/x', generation: '2026-11-20T10:00:00Z', bytes: 12 }],
  gaps: [{ from: 1, to: 2 }],
  leasedUntil: 5,
  narrowedMs: 0,
};

let client: DynamoDBClient;
let s3: S3Client;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const dynamo = await startDynamoDb({});
  const local = await startS3({});
  closers.push(
    () => dynamo.close(),
    () => local.close(),
  );
  const common = { region: 'us-east-1', credentials: DUMMY_CREDENTIALS };
  client = new DynamoDBClient({ ...common, endpoint: dynamo.endpoint });
  s3 = new S3Client({ ...common, endpoint: local.endpoint, forcePathStyle: true });
  await createStateTable(client, TABLE);
});
afterAll(async () => {
  client.destroy();
  s3.destroy();
  for (const close of closers) await close();
});

describe('the state of a log type', () => {
  it('is as it was saved, and undefined before', async () => {
    const store = new DynamoCollectionStateStore(client, TABLE);
    const before = await store.read(TENANT, 'entra-signins');

    await store.replace(TENANT, 'entra-signins', STATE);

    expect(before).toBeUndefined();
    expect(await store.read(TENANT, 'entra-signins')).toEqual(STATE);
  });

  it('is replaced by one of two runs only', async () => {
    const store = new DynamoCollectionStateStore(client, TABLE);
    await store.replace(TENANT, 'two-runs', STATE);

    const saved = await Promise.all(
      [3, 4].map((leasedUntil) => store.replace(TENANT, 'two-runs', { ...STATE, version: 2, leasedUntil })),
    );

    expect(saved.filter(Boolean)).toHaveLength(1);
    expect(await store.replace(TENANT, 'two-runs', { ...STATE, version: 2 })).toBe(false);
    expect(await store.replace(TENANT, 'two-runs', { ...STATE, version: 1 })).toBe(false);
  });

  it('says which table failed', async () => {
    const store = new DynamoCollectionStateStore(client, 'no-such-table');

    await expect(store.read(TENANT, 'x')).rejects.toMatchObject({
      code: 'STATE_TABLE_FAILED',
      passing: true,
    });
  });
});

describe('records that were seen', () => {
  function seen(now = Date.now(), logType = 'entra-signins'): DynamoSeenRecords {
    const ports = { client, table: TABLE, now: () => now, sleep: async () => undefined };
    return new DynamoSeenRecords({ tenant: TENANT, logType, days: 10 }, ports);
  }

  it('are known again, in any number, and others are not', async () => {
    const keys = Array.from({ length: 260 }, (_, index) => `record-${index}`);
    await seen().remember(keys.slice(0, 130));

    const unseen = await seen().unseen(keys);

    expect([...unseen]).toEqual(keys.slice(130));
  });

  it('are those of their own log type', async () => {
    await seen().remember(['shared']);

    const unseen = await seen(Date.now(), 'entra-audits').unseen(['shared']);

    expect([...unseen]).toEqual(['shared']);
  });

  it('are forgotten after their time, also before DynamoDB deletes them', async () => {
    await seen().remember(['old']);

    const unseen = await seen(Date.now() + 11 * 86_400_000).unseen(['old']);

    expect([...unseen]).toEqual(['old']);
  });
});

describe('log objects in a bucket', () => {
  const objects = (): S3RawLogObjects => new S3RawLogObjects(s3, RAW_BUCKET);

  it('are created once: a second creation changes nothing', async () => {
    const created = await objects().create('raw/a/00000.jsonl', Buffer.from('{"id":1}\n'));

    const again = await objects().create('raw/a/00000.jsonl', Buffer.from('{"id":2}\n'));

    expect(created).toMatchObject({ name: 'raw/a/00000.jsonl', bytes: 9 });
    expect(again).toBeUndefined();
    expect((await objects().list('raw/a/')).map(({ generation }) => generation)).toEqual([
      created?.generation,
    ]);
    const bytes = await objects().read({ name: 'raw/a/00000.jsonl', generation: '', bytes: 9 });
    expect(bytes.toString()).toBe('{"id":1}\n');
  });

  it('are read in ranges, of one generation and no other', async () => {
    const created = await objects().create('raw/b', Buffer.from('0123456789'));
    const reader = new S3LogObjectReader(s3, RAW_BUCKET);
    const logObject = {
      account: RAW_BUCKET,
      container: 'entra-signins',
      name: 'raw/b',
      generation: created?.generation ?? '',
    };

    const bytes = await reader.read(logObject, 3, 4);

    expect(bytes.toString()).toBe('3456');
    const other = { ...logObject, generation: '2020-01-01T00:00:00Z' };
    await expect(reader.read(other, 0, 1)).rejects.toMatchObject({ code: 'LOG_OBJECT_RECREATED' });
    await expect(reader.read(logObject, 8, 4)).rejects.toMatchObject({ code: 'READ_INCOMPLETE' });
    await expect(reader.read(logObject, 10, 4)).rejects.toMatchObject({ code: 'LOG_OBJECT_SHRUNK' });
    await s3.send(new DeleteObjectCommand({ Bucket: RAW_BUCKET, Key: 'raw/b' }));
    await expect(reader.read(logObject, 0, 1)).rejects.toMatchObject({ code: 'LOG_OBJECT_NOT_FOUND' });
  });

  it('say which bucket failed and what to check', async () => {
    const missing = new S3RawLogObjects(s3, 'no-such-bucket');

    await expect(missing.list('raw/')).rejects.toMatchObject({ code: 'RAW_BUCKET_FAILED', passing: true });
    await expect(missing.create('raw/x', Buffer.from('x'))).rejects.toThrow('no-such-bucket');
  });
});

describe('lists of content', () => {
  const lists = (): S3ContentLists =>
    new S3ContentLists(s3, RAW_BUCKET, { tenant: TENANT, contentType: 'Audit.Exchange' });

  it('are those that were saved for the window', async () => {
    await lists().save(0, ['https://one', 'https://two']);

    expect(await lists().load(0)).toEqual(['https://one', 'https://two']);
    expect(await lists().load(3_600_000)).toEqual([]);
  });

  it('that are damaged stop the window instead of losing content', async () => {
    const Key = `raw/office365/_content-lists/Audit.Exchange/tenant=${TENANT}/1970-01-01T02:00:00.000Z.json`;
    await s3.send(new PutObjectCommand({ Bucket: RAW_BUCKET, Key, Body: '{"not":"a list"}' }));

    await expect(lists().load(7_200_000)).rejects.toMatchObject({ code: 'RAW_BUCKET_FAILED' });
  });
});
