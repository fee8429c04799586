import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { LocalAthena } from '#local/athena/local-athena.ts';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { startLocalLake } from '#local/lake/local-lake.ts';
import { EVENT_BUCKET as Bucket, startS3 } from '#local/s3.ts';
import { eventData, put } from '../lake/lake-fixtures.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const SOURCE = 'insights-activity-logs';
const ONE = `events/source=${SOURCE}/day=2026-11-20/one.jsonl.gz`;

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function start(lake?: Parameters<typeof LocalAthena.open>[0]['lake']) {
  const s3 = await startS3();
  const client = new S3Client({ endpoint: s3.endpoint, region: 'us-east-1', credentials: DUMMY_CREDENTIALS });
  const athena = await LocalAthena.open({
    client,
    bucket: Bucket,
    sources: [SOURCE],
    now: () => NOW,
    ...(lake === undefined ? {} : { lake }),
  });
  stops.push(async () => {
    await athena.close();
    client.destroy();
    await s3.close();
  });
  const putBytes = async (Key: string, Body: Buffer): Promise<void> => {
    await client.send(new PutObjectCommand({ Bucket, Key, Body }));
  };
  const putRows = (key: string, rows: readonly unknown[]): Promise<void> =>
    putBytes(key, gzipSync(rows.map((each) => `${JSON.stringify(each)}\n`).join('')));
  const rowsOf = async (statement: string) => (await athena.query(statement)).rows;
  return { client, athena, putBytes, putRows, rowsOf };
}

/** A row in the form of the objects. */
function row(
  uid: string,
  members: Readonly<Record<string, unknown>> = {},
  eventtime = '2026-11-20 10:00:00',
) {
  return {
    eventversion: '1.0',
    eventid: uid,
    eventtime,
    addendum: null,
    metadata: { ingestiontime: null, channelarn: null },
    eventdata: { uid, eventname: 'WRITE', requestparameters: { body: '{"a":1}', none: null }, ...members },
  };
}

describe('the objects of the bucket are one table', () => {
  it('with the columns of an event data store, and source and day of the key', async () => {
    const { putRows, athena } = await start();
    await putRows(ONE, [row('a'), row('b')]);
    await putRows(ONE.replace('day=2026-11-20', 'day=2026-11-19'), [row('c', {}, '2026-11-19 23:59:59')]);

    const answer = await athena.query(`
      SELECT eventData.uid, eventTime, source, day, element_at(eventData.requestParameters, 'body') AS body
      FROM crosstrail.events WHERE eventTime > date_add('day', -3, now()) ORDER BY 1`);

    expect(answer).toEqual({
      columns: ['uid', 'eventTime', 'source', 'day', 'body'],
      rows: [
        ['a', '2026-11-20 10:00:00.000', SOURCE, '2026-11-20', '{"a":1}'],
        ['b', '2026-11-20 10:00:00.000', SOURCE, '2026-11-20', '{"a":1}'],
        ['c', '2026-11-19 23:59:59.000', SOURCE, '2026-11-19', '{"a":1}'],
      ],
    });
  });

  it.each(['events', 'crosstrail.events', '"crosstrail"."events"', 'Events'])('named %s', async (table) => {
    const { putRows, rowsOf } = await start();
    await putRows(ONE, [row('a')]);

    expect(await rowsOf(`SELECT eventid FROM ${table}`)).toEqual([['a']]);
  });

  it('"$path" tells where a row lies, and * leaves it out', async () => {
    const { putRows, athena, rowsOf } = await start();
    await putRows(ONE, [row('a')]);

    const all = await athena.query('SELECT * FROM events');

    expect(await rowsOf('SELECT "$path" FROM events')).toEqual([[`s3://${Bucket}/${ONE}`]]);
    expect(all.columns.slice(-3)).toEqual(['eventdata', 'source', 'day']);
  });

  it('as they are at the time of the query: new, replaced and deleted ones', async () => {
    const { client, putRows, rowsOf } = await start();
    const ids = () => rowsOf('SELECT eventid FROM events ORDER BY 1');
    const two = ONE.replace('one', 'two');

    const seen = [await ids()];
    await putRows(ONE, [row('a'), row('b')]);
    await putRows(two, [row('c')]);
    seen.push(await ids());
    await putRows(ONE, [row('b')]);
    seen.push(await ids());
    await client.send(new DeleteObjectCommand({ Bucket, Key: two }));
    seen.push(await ids());

    expect(seen.map((rows) => rows.flat().join(''))).toEqual(['', 'abc', 'bc', 'b']);
  });

  it('an object without rows adds none; a line may hold any character', async () => {
    const { putRows, rowsOf } = await start();
    await putRows(ONE, []);
    await putRows(ONE.replace('one', 'two'), [row('\u2028\u2029\u0085"\\\r\n\u{1f600}')]);

    expect(await rowsOf('SELECT eventid FROM events')).toEqual([['\u2028\u2029\u0085"\\\r\n\u{1f600}']]);
  });

  it('of more rows than are inserted at once', async () => {
    const { putRows, rowsOf } = await start();
    const filler = 'x'.repeat(2000);
    const rows = Array.from({ length: 3000 }, (_, n) => row(`uid-${n}`, { useragent: filler }));
    await putRows(ONE, rows);
    await putRows(ONE.replace('one', 'two'), rows);

    expect(await rowsOf('SELECT count(*), count(DISTINCT eventid) FROM events')).toEqual([['6000', '3000']]);
  });
});

describe('what Athena could not read is refused, with its place', () => {
  it.each([
    [
      'a line that is no JSON',
      Buffer.from(`${JSON.stringify(row('a'))}\n{"a":\n`),
      'line 2: the line is no JSON',
    ],
    ['an empty line', Buffer.from(`${JSON.stringify(row('a'))}\n\n`), 'line 2: the line is no JSON'],
    ['an unknown member', Buffer.from('{"more":1}'), 'line 1: member 1 of the row is no column'],
    [
      'a row of another day',
      Buffer.from(`${JSON.stringify(row('a', {}, '2026-11-19 23:59:59'))}\n`),
      'line 1: its eventtime is not of 2026-11-20',
    ],
    ['a row without a time', Buffer.from('{"eventid":"a"}\n'), 'line 1: its eventtime is not of'],
  ])('%s', async (_, lines, problem) => {
    const { athena, putBytes } = await start();
    await putBytes(ONE, gzipSync(lines));

    await expect(athena.query('SELECT 1 FROM events')).rejects.toMatchObject({
      type: 'HIVE_BAD_DATA',
      message: expect.stringContaining(`s3://${Bucket}/${ONE}, ${problem}`) as string,
    });
  });

  it.each([
    ['bytes that are no gzip', Buffer.from('plain')],
    ['a gzip that breaks off', gzipSync(JSON.stringify(row('a'))).subarray(0, -9)],
  ])('%s', async (_, bytes) => {
    const { athena, putBytes } = await start();
    await putBytes(ONE, bytes);

    await expect(athena.query('SELECT 1 FROM events')).rejects.toThrow('it cannot be read to its end');
  });

  it('an object where the table has no partition', async () => {
    const { athena, putRows } = await start();
    await putRows(ONE.replace(SOURCE, 'another'), [row('a')]);

    await expect(athena.query('SELECT 1 FROM events')).rejects.toThrow('no partition source=another');
  });

  it('and the table is as before once the object is mended', async () => {
    const { athena, putRows, putBytes, rowsOf } = await start();
    await putRows(ONE, [row('a')]);
    await rowsOf('SELECT eventid FROM events');
    await putRows(ONE, [row('b')]);
    await putBytes(ONE.replace('one', 'two'), Buffer.from('plain'));

    await expect(athena.query('SELECT eventid FROM events')).rejects.toThrow('two.jsonl.gz');
    await putRows(ONE.replace('one', 'two'), [row('c')]);

    expect(await rowsOf('SELECT eventid FROM events ORDER BY 1')).toEqual([['b'], ['c']]);
  });
});

it.each([
  ['another table', 'SELECT * FROM others', /others/],
  ['another database', 'SELECT * FROM default.events', /default/],
  ['no SELECT', 'DELETE FROM events', 'Only a SELECT'],
  ['an event data store without federation', 'SELECT * FROM "aws:cloudtrail"."e1d2"', /e1d2/],
  ["a function of DuckDB's", "SELECT * FROM read_text('/etc/hosts')", 'not registered'],
])('refuses a statement with %s', async (_, statement, message) => {
  const { athena } = await start();

  await expect(athena.query(statement)).rejects.toThrow(message);
});

it('reads the events of Lake as a table of another database', async () => {
  const lake = await startLocalLake({ now: () => NOW });
  stops.push(() => lake.close());
  await put(
    lake,
    Array.from({ length: 40 }, (_, n) => ({
      id: `${n}`,
      eventData: JSON.stringify(eventData({ UID: `${n}` })),
    })),
  );
  const { rowsOf } = await start(lake);
  const store = `"aws:cloudtrail"."${lake.eventDataStoreId}"`;

  const [first] = await rowsOf(`
    SELECT eventTime, eventData.userIdentity.details, eventData.requestParameters, metadata.channelarn, addendum
    FROM ${store} LIMIT 1`);

  expect(await rowsOf(`SELECT count(DISTINCT eventData.uid) FROM ${store}`)).toEqual([['40']]);
  expect(first).toEqual([
    '2026-11-20 10:00:00.000',
    '{upn=ann@example.com}',
    '{resourceId=/subscriptions/1, attempt=2, body={"sku":"Standard"}, none=null}',
    lake.channelArn,
    null,
  ]);
});
