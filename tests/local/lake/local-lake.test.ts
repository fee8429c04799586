import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalLake } from '#local/lake/local-lake.ts';
import { entries, entry, put } from './lake-fixtures.ts';

/** The query of the project that this one grew from; its users have it saved, so it stays valid letter by letter. */
const SEED_QUERY = `SELECT eventData.uid, eventData.eventName, eventData.sourceipaddress, eventData.recipientaccountid, eventData.eventtime FROM <EventDataStoreId> WHERE eventData.eventSource = 'MICROSOFT.STORAGE' AND eventData.eventName LIKE 'MICROSOFT.STORAGE/STORAGEACCOUNTS%' AND eventData.uid IS NOT NULL`;

it('the query of the seed returns its rows unchanged', async () => {
  const lake = await startLocalLake();
  await put(lake, [
    entry('a'),
    entry('b', { eventSource: 'MICROSOFT.KEYVAULT' }),
    entry('c', { eventName: 'MICROSOFT.STORAGE/OPERATIONS/READ' }),
  ]);

  const result = await lake.query(SEED_QUERY.replace('<EventDataStoreId>', lake.eventDataStoreId));
  await lake.close();

  expect(result).toEqual({
    columns: ['uid', 'eventName', 'sourceipaddress', 'recipientaccountid', 'eventtime'],
    rows: [
      [
        'uid-a',
        'MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE',
        '203.0.113.7',
        '111122223333',
        '2026-11-20T10:00:00Z',
      ],
    ],
  });
});

it('10,000 events in 100 requests at once are all there', async () => {
  const lake = await startLocalLake();

  const answers = await Promise.all(Array.from({ length: 100 }, async () => put(lake, entries(100))));
  const { rows } = await lake.query(
    `SELECT count(*), count(DISTINCT eventID), count(DISTINCT eventData.uid) FROM ${lake.eventDataStoreId}`,
  );
  const counters = lake.counters();
  await lake.close();

  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(rows).toEqual([['10000', '10000', '100']]);
  expect(counters).toMatchObject({ requests: 100, accepted: 10_000, failed: 0 });
});

it('account, Region and ARNs are those that were asked for', async () => {
  const channelArn =
    'arn:aws:cloudtrail:eu-central-1:444455556666:channel/1e234567-89ab-4cde-8f01-23456789abcd';
  const eventDataStoreArn =
    'arn:aws:cloudtrail:eu-central-1:444455556666:eventdatastore/1e2d3c4b-a596-4788-9aab-bccddeeff001';
  const lake = await startLocalLake({
    accountId: '444455556666',
    region: 'eu-central-1',
    channelArn,
    eventDataStoreArn,
  });

  await put(lake, [entry('a', { recipientAccountId: '444455556666' })]);
  const { rows } = await lake.query(
    `SELECT awsRegion, recipientAccountId, metadata.channelARN FROM ${lake.eventDataStoreId}`,
  );
  await lake.close();

  expect(lake.eventDataStoreId).toBe('1e2d3c4b-a596-4788-9aab-bccddeeff001');
  expect(rows).toEqual([['eu-central-1', '444455556666', channelArn]]);
});

describe('with a data directory', () => {
  let dataDirectory: string;
  beforeEach(async () => {
    dataDirectory = await mkdtemp(path.join(tmpdir(), 'local-lake-'));
  });
  afterEach(async () => rm(dataDirectory, { recursive: true }));

  it('the events survive a restart', async () => {
    const folder = path.join(dataDirectory, 'made/when/missing');
    const first = await startLocalLake({ dataDirectory: folder });
    await put(first, entries(3));
    await first.close();

    const second = await startLocalLake({ dataDirectory: folder });
    await put(second, [entry('later')]);
    const { rows } = await second.query(`SELECT count(*) FROM ${second.eventDataStoreId}`);
    await second.close();

    expect(rows).toEqual([['4']]);
  });

  it('a data directory in use is an error that says what to do', async () => {
    const first = await startLocalLake({ dataDirectory });

    const second = startLocalLake({ dataDirectory });

    await expect(second).rejects.toThrow(/stop the other local cloud.*or choose another data directory/);
    await first.close();
  });

  it('a port that is taken is an error, and the data directory is free again', async () => {
    const first = await startLocalLake();
    const port = Number(new URL(first.endpoint).port);

    await expect(startLocalLake({ port, dataDirectory })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const second = await startLocalLake({ dataDirectory });
    await Promise.all([first.close(), second.close()]);

    expect(second.endpoint).not.toBe(first.endpoint);
  });
});

it('a query may not read files of the machine', async () => {
  const lake = await startLocalLake();

  const query = lake.query(`SELECT * FROM "/etc/hosts" CROSS JOIN ${lake.eventDataStoreId}`);

  await expect(query).rejects.toMatchObject({ type: 'EventDataStoreNotFoundException' });
  await lake.close();
});
