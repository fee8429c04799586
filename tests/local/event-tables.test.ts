import { gunzipSync, gzipSync } from 'node:zlib';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { askDifference, renderDifference } from '#cli/answers.ts';
import { accountForRecords } from '#local/account-for-records.ts';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { openEventTables, type EventTables } from '#local/event-tables.ts';
import { LOCAL_REGION } from '#local/local-cloud.ts';
import { EVENT_BUCKET as Bucket } from '#local/s3.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

const NAME = nameAt('2025-11-20T12');
/** Two days, hence two objects. */
const CONTENT = [
  line('a').replace('2026-', '2025-'),
  line('b').replace('2026-', '2025-'),
  line('c').replace('2026-11-20', '2025-11-19'),
].join('');

let pipeline: Pipeline;
let s3: S3Client;
let opened: EventTables;
beforeEach(async () => {
  pipeline = await Pipeline.start({ destination: 'Both' });
  s3 = new S3Client({
    endpoint: pipeline.cloud.s3.endpoint,
    region: LOCAL_REGION,
    credentials: DUMMY_CREDENTIALS,
  });
  opened = await openEventTables(pipeline.cloud, 'Both', [CONTAINER]);
  await pipeline.append(NAME, CONTENT);
  await pipeline.aggregate();
  await pipeline.process();
});
afterEach(async () => {
  await opened.close();
  s3.destroy();
  await pipeline.close();
});

async function difference() {
  const [, athena] = opened.tables;
  if (athena === undefined) throw new Error('Both has two tables');
  return askDifference(athena, pipeline.cloud.lake.eventDataStoreId);
}

async function discrepancies() {
  const uploaded = [{ container: CONTAINER, name: NAME, bytes: Buffer.from(CONTENT) }];
  return (await accountForRecords(pipeline.cloud, uploaded, opened.tables)).discrepancies;
}

/** The object of the later day. */
async function objectOfTwoRows(): Promise<string> {
  const object = (await pipeline.objects()).find(({ rows }) => rows.length === 2);
  return object?.key ?? '';
}

async function bytesOf(Key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

it('the tables of Both are told apart by their place and give the same rows', async () => {
  const answers = [];
  for (const { place, name, query } of opened.tables) {
    const { rows } = await query(`SELECT eventData.uid, eventTime FROM ${name} ORDER BY 1`);
    answers.push({ place, rows });
  }

  expect(answers.map(({ place }) => place)).toEqual(['CloudTrail Lake', 'S3']);
  expect(answers[0]?.rows).toHaveLength(3);
  expect(answers[1]?.rows).toEqual(answers[0]?.rows);
});

it('an event that both hold is no difference, and every record is accounted for', async () => {
  const found = await difference();

  expect(found.rows).toEqual([]);
  expect(renderDifference(found, 3)).toContain('0 rows: CloudTrail Lake and S3 hold the same 3 events.');
  expect(await discrepancies()).toEqual([]);
});

it('an object that is gone shows as events that only Lake holds', async () => {
  await s3.send(new DeleteObjectCommand({ Bucket, Key: await objectOfTwoRows() }));

  const found = await difference();

  expect(found.rows.map(([heldBy]) => heldBy)).toEqual(['Lake only', 'Lake only']);
  expect(renderDifference(found, 3)).toContain('2 rows: CloudTrail Lake and S3 do NOT hold the same events.');
  expect(await discrepancies()).toEqual(['3 records delivered, 1 in S3']);
});

it('an object under two keys is twice in S3, though it is no difference', async () => {
  const key = await objectOfTwoRows();
  const copy = key.replace('.jsonl.gz', '-copy.jsonl.gz');
  await s3.send(new PutObjectCommand({ Bucket, Key: copy, Body: await bytesOf(key) }));

  expect((await difference()).rows).toEqual([]);
  expect(await discrepancies()).toEqual(['3 records delivered, 5 in S3', '2 events are in S3 twice']);
});

it('a row that was changed is held by each alone', async () => {
  const key = await objectOfTwoRows();
  const changed = gunzipSync(await bytesOf(key))
    .toString()
    .replace('"resultType":"Success"', '"resultType":"Failure"');
  await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: gzipSync(changed) }));

  const { columns, rows } = await difference();

  expect(columns.slice(0, 2)).toEqual(['held_by', 'eventTime']);
  expect(rows.map(([heldBy]) => heldBy)).toEqual(['Lake only', 'S3 only']);
  expect(rows[0]?.slice(1)).toEqual(rows[1]?.slice(1));
});
