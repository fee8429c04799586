import {
  CancelQueryCommand,
  CloudTrailClient,
  DescribeQueryCommand,
  GetChannelCommand,
  GetEventDataStoreCommand,
  GetQueryResultsCommand,
  ListChannelsCommand,
  ListEventDataStoresCommand,
  ListQueriesCommand,
  ListTrailsCommand,
  paginateGetQueryResults,
  StartQueryCommand,
  type DescribeQueryCommandOutput,
} from '@aws-sdk/client-cloudtrail';
import { startLocalLake, type LocalLake } from '#local/lake/local-lake.ts';
import { authorizationFor, entries, entry, put } from './lake-fixtures.ts';

let lake: LocalLake;
let client: CloudTrailClient;
beforeAll(async () => {
  lake = await startLocalLake();
  client = new CloudTrailClient({
    endpoint: lake.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    maxAttempts: 1,
  });
  await put(lake, entries(25));
});
afterAll(async () => {
  client.destroy();
  await lake.close();
});

async function start(sql: string): Promise<string> {
  const { QueryId } = await client.send(new StartQueryCommand({ QueryStatement: sql }));
  return QueryId as string;
}

/** Polls DescribeQuery until the query has ended. */
async function ended(queryId: string): Promise<DescribeQueryCommandOutput> {
  for (;;) {
    const answer = await client.send(new DescribeQueryCommand({ QueryId: queryId }));
    if (answer.QueryStatus !== 'QUEUED' && answer.QueryStatus !== 'RUNNING') return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A SELECT that no laptop finishes during a test. */
const MANY = 'UNNEST(sequence(1, 10000))';
const ENDLESS = `SELECT count(*) FROM ${MANY} t(a) CROSS JOIN ${MANY} u(b) CROSS JOIN ${MANY} v(c) WHERE a * b * c = 7`;

describe("the AWS SDK's own client", () => {
  it('starts, follows and reads a query page by page', async () => {
    const id = await start(
      `SELECT eventData.uid, eventTime, eventData.errorCode FROM ${lake.eventDataStoreId} ORDER BY 1`,
    );
    const described = await ended(id);
    const pages = [];
    const paging = paginateGetQueryResults({ client }, { QueryId: id, MaxQueryResults: 10 });
    for await (const page of paging) pages.push(page);

    expect(described).toMatchObject({
      QueryId: id,
      QueryStatus: 'FINISHED',
      QueryStatistics: { EventsMatched: 25, EventsScanned: 25, CreationTime: expect.any(Date) as Date },
    });
    expect(described.QueryStatistics?.BytesScanned).toBeGreaterThan(25 * 300);
    expect(pages.map((page) => page.QueryResultRows?.length)).toEqual([10, 10, 5]);
    expect(pages.map((page) => page.QueryStatistics?.TotalResultsCount)).toEqual([25, 25, 25]);
    expect(pages[0]?.QueryResultRows?.[0]).toEqual([
      { uid: 'uid-id-0' },
      { eventTime: '2026-11-20 10:00:00.000' },
      { errorCode: null },
    ]);
    const uids = pages.flatMap((page) => page.QueryResultRows ?? []).map((row) => row[0]?.['uid']);
    expect(new Set(uids).size).toBe(25);
  });

  it('sees an error at run time as a failed query', async () => {
    const id = await start(`SELECT CAST(eventData.uid AS integer) FROM ${lake.eventDataStoreId}`);

    const described = await ended(id);
    const results = await client.send(new GetQueryResultsCommand({ QueryId: id }));

    expect(described.QueryStatus).toBe('FAILED');
    expect(described.ErrorMessage).toMatch(/convert/);
    expect(results).toMatchObject({ QueryStatus: 'FAILED', QueryResultRows: [] });
    expect(results.ErrorMessage).toBe(described.ErrorMessage);
  });

  it.each([
    ['SELEC 1', 'InvalidQueryStatementException'],
    ['DELETE FROM x', 'InvalidQueryStatementException'],
    ['SELECT nope FROM $', 'InvalidQueryStatementException'],
    ['SELECT 1 FROM 00000000-0000-0000-0000-000000000000', 'EventDataStoreNotFoundException'],
    ['', 'ValidationException'],
  ])('is refused for %p with %s', async (sql, name) => {
    await expect(start(sql.replace('$', lake.eventDataStoreId))).rejects.toMatchObject({ name });
  });

  it('is refused a statement of more than 10,000 characters', async () => {
    await expect(start('SELECT 1'.padEnd(10_000, ' '))).resolves.toMatch(/^[0-9a-f-]{36}$/);
    await expect(start('SELECT 1'.padEnd(10_001, ' '))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('is refused unknown queries, tokens, page sizes and stores', async () => {
    const QueryId = await start('SELECT 1');
    await ended(QueryId);
    const get = async (more: object): Promise<unknown> =>
      client.send(new GetQueryResultsCommand({ QueryId, ...more }));

    await expect(get({ QueryId: '0'.repeat(36) })).rejects.toMatchObject({
      name: 'QueryIdNotFoundException',
    });
    await expect(get({ QueryId: 'x' })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(get({ NextToken: 'bogus' })).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
    await expect(get({ MaxQueryResults: 0 })).rejects.toMatchObject({ name: 'InvalidMaxResultsException' });
    await expect(get({ MaxQueryResults: 1001 })).rejects.toMatchObject({
      name: 'InvalidMaxResultsException',
    });
    await expect(get({ EventDataStore: 'other' })).rejects.toMatchObject({
      name: 'EventDataStoreNotFoundException',
    });
    await expect(
      get({ MaxQueryResults: 1000, EventDataStore: lake.eventDataStoreArn }),
    ).resolves.toBeDefined();
  });

  it('runs ten queries at once, cancels them, and cannot cancel twice', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, async () => start(ENDLESS)));
    const eleventh = start(ENDLESS);
    await expect(eleventh).rejects.toMatchObject({ name: 'MaxConcurrentQueriesException' });

    const cancelled = await Promise.all(
      ids.map(async (QueryId) => client.send(new CancelQueryCommand({ QueryId }))),
    );
    const twice = client.send(new CancelQueryCommand({ QueryId: ids[0] }));

    expect(cancelled.map(({ QueryStatus }) => QueryStatus)).toEqual(ids.map(() => 'CANCELLED'));
    await expect(twice).rejects.toMatchObject({ name: 'InactiveQueryException' });
    await expect(ended(ids[0] as string)).resolves.toMatchObject({ QueryStatus: 'CANCELLED' });
  });

  it('finds the event data store, the channel and the queries', async () => {
    const { EventDataStores } = await client.send(new ListEventDataStoresCommand({}));
    const store = await client.send(new GetEventDataStoreCommand({ EventDataStore: lake.eventDataStoreId }));
    const { Channels } = await client.send(new ListChannelsCommand({}));
    const channel = await client.send(new GetChannelCommand({ Channel: lake.channelArn }));
    const { Queries } = await client.send(new ListQueriesCommand({ EventDataStore: lake.eventDataStoreArn }));

    expect(EventDataStores?.map((each) => each.EventDataStoreArn)).toEqual([lake.eventDataStoreArn]);
    expect(store).toMatchObject({ Status: 'ENABLED', OrganizationEnabled: false });
    expect(Channels?.map((each) => each.ChannelArn)).toEqual([lake.channelArn]);
    expect(channel.Destinations?.map((each) => each.Location)).toEqual([lake.eventDataStoreArn]);
    expect(Queries?.length).toBeGreaterThan(0);
  });

  it('is told that other operations do not exist', async () => {
    const trails = client.send(new ListTrailsCommand({}));

    await expect(trails).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});

describe('the wire', () => {
  const call = async (target: string, body: string, service = 'cloudtrail'): Promise<Response> =>
    fetch(lake.endpoint, {
      method: 'POST',
      body,
      headers: { 'x-amz-target': target, authorization: authorizationFor(service) },
    });

  it.each(['com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101', 'CloudTrail_20131101'])(
    'answers to the target prefix %s',
    async (prefix) => {
      const response = await call(`${prefix}.ListChannels`, '{}');

      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
      expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it.each([
    ['CloudTrail_20131101.DescribeQuery', '{', 'cloudtrail', 400, 'SerializationException'],
    ['CloudTrail_20131101.DescribeQuery', '[]', 'cloudtrail', 400, 'SerializationException'],
    ['CloudTrail_20131101.DescribeQuery', '{}', 'cloudtrail', 400, 'ValidationException'],
    ['Logs_20140328.StartQuery', '{}', 'cloudtrail', 400, 'UnknownOperationException'],
    ['CloudTrail_20131101.ListChannels', '{}', 'cloudtrail-data', 403, 'InvalidSignatureException'],
  ])('%s with %s for %s is answered %d %s', async (target, body, service, status, type) => {
    const response = await call(target, body, service);
    const answer: unknown = await response.json();

    expect(response.status).toBe(status);
    expect(answer).toMatchObject({ __type: type, message: expect.any(String) as string });
  });

  it('takes events while queries run', async () => {
    const id = await start(ENDLESS);

    const { status } = await put(lake, [entry('meanwhile')]);
    await client.send(new CancelQueryCommand({ QueryId: id }));

    expect(status).toBe(200);
  });
});
