import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import type { InvocationResult } from '#local/lambda/invocation.ts';
import { toSqsEvent } from '#local/lambda/sqs-event.ts';
import { COLLECTION_TABLE, LOCAL_REGION } from '#local/local-cloud.ts';
import { startGraphServer, type GraphServer } from '#local/microsoft/graph-server.ts';
import { startOffice365Server, type Office365Server } from '#local/microsoft/office365-server.ts';
import { RAW_BUCKET } from '#local/s3.ts';
import { RANGE_QUEUE } from '#local/sqs.ts';
import type { LocalWorkloadIdentity } from '#local/workload-identity.ts';
import { DynamoCollectionStateStore } from '#shared/collection/collection-state-store.ts';
import {
  BuiltFunctions,
  eventOf,
  everythingOf,
  loggedBy,
  metricsOf,
  type EnvironmentChange,
} from '../pipeline/built-functions.ts';
import { Pipeline } from '../pipeline/pipeline.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.now();
const OF_THE_TEST = 'token-of-the-test';

let pipeline: Pipeline;
let functions: BuiltFunctions;
let identity: LocalWorkloadIdentity;
let graph: GraphServer;
let office365: Office365Server;
/** Log lines, results and errors of every function. */
const letOut: string[] = [];

beforeAll(async () => {
  pipeline = await Pipeline.start({ withWorkloadIdentity: true });
  const { workloadIdentity } = pipeline.cloud;
  if (workloadIdentity === undefined) throw new Error('the cloud has no workload identity');
  identity = workloadIdentity;
  const isToken = (token: string): boolean => [...identity.entra.tokens, OF_THE_TEST].includes(token);
  graph = await startGraphServer({ isToken });
  office365 = await startOffice365Server({ tenant: identity.entra.tenantId, isToken });
  for (const { endpoint } of [graph, office365]) identity.entra.resources.add(endpoint);
  functions = await BuiltFunctions.build('processor', 'graph-collector', 'office365-collector');
});
afterAll(async () => {
  await functions.close();
  await graph.close();
  await office365.close();
  await pipeline.close();
});

async function run(name: string, event: unknown, change: EnvironmentChange = {}): Promise<InvocationResult> {
  const lambda = functions.create(name, pipeline.cloud, {
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
    AZURE_LOG_LEVEL: 'verbose',
    COLLECTION_TABLE_NAME: COLLECTION_TABLE,
    RAW_BUCKET_NAME: RAW_BUCKET,
    ENTRA_TENANTS: identity.entra.tenantId,
    ENTRA_CLIENT_ID: identity.clientId,
    GRAPH_ENDPOINT: graph.endpoint,
    OFFICE365_ENDPOINT: office365.endpoint,
    // No storage account at all.
    AZURE_STORAGE_CONTAINER_NAME: '',
    AZURE_STORAGE_CONNECTION_STRING_SECRET: '',
    ...change,
  });
  const result = await lambda.invoke(event);
  letOut.push(everythingOf(result));
  return result;
}

/** Settles what waits in the range queue. */
async function deliver(): Promise<unknown> {
  const batch = toSqsEvent(await pipeline.takeRanges(), pipeline.cloud.sqs.queueArn(RANGE_QUEUE));
  return (await run('processor', batch)).payload;
}

/** As an earlier collector did. */
async function subscribe(contentType: string): Promise<void> {
  const { tenantId } = identity.entra;
  const query = new URLSearchParams({ contentType, PublisherIdentifier: tenantId }).toString();
  const url = `${office365.endpoint}/api/v1.0/${tenantId}/activity/feed/subscriptions/start?${query}`;
  await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${OF_THE_TEST}` } });
}

/** As if a log had been collected up to a moment: days of it would take a test as long as the limits of the API. */
async function collectedUntil(moment: number, logType: string): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: pipeline.cloud.awsEnvironment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    region: LOCAL_REGION,
    credentials: DUMMY_CREDENTIALS,
  });
  const at = Math.floor(moment / HOUR_MS) * HOUR_MS;
  const positions = { first: at, after6h: at, after24h: at, after72h: at };
  await new DynamoCollectionStateStore(client, COLLECTION_TABLE).replace(identity.entra.tenantId, logType, {
    version: 1,
    positions,
    outbox: [],
    gaps: [],
    leasedUntil: 0,
    narrowedMs: 0,
  });
  client.destroy();
}

describe('the collectors that are deployed', () => {
  it('collect with a token of their role what Microsoft Graph has, and the Processor delivers it once', async () => {
    const moments = [3, 2].map((hours) => NOW - hours * HOUR_MS);
    const audits = moments.map((moment, index) => ({
      id: `Directory_${index}`,
      activityDateTime: new Date(moment).toISOString(),
      activityDisplayName: 'Add user',
      category: 'UserManagement',
      result: 'success',
    }));
    graph.add(
      '/v1.0/auditLogs/directoryAudits',
      audits.map((record) => ({ json: JSON.stringify(record), visibleFrom: 0 })),
    );
    await collectedUntil(NOW - 4 * HOUR_MS, 'entra-audits');
    const event = await eventOf('graph-collector-schedule.json');

    const first = await run('graph-collector', event, { GRAPH_LOG_TYPES: 'entra-audits' });
    const settled = await deliver();
    const second = await run('graph-collector', event, { GRAPH_LOG_TYPES: 'entra-audits' });

    expect([first.error, second.error]).toEqual([undefined, undefined]);
    expect(first.payload).toMatchObject({ logTypes: [{ records: 2, complete: true }] });
    expect(second.payload).toMatchObject({ logTypes: [{ windows: 0, rangesEnqueued: 0 }] });
    expect(metricsOf(first)).toMatchObject({ service: 'graph-collector', RecordsCollected: 2 });
    expect(settled).toEqual({ batchItemFailures: [] });
    expect(await pipeline.uids()).toEqual(['Directory_0', 'Directory_1']);
  });

  it('start the subscription of Office 365 that is missing, and collect what the others hold', async () => {
    const event = await eventOf('office365-collector-schedule.json');
    await subscribe('Audit.General');
    const record = {
      Id: 'general-1',
      RecordType: 25,
      CreationTime: new Date(NOW).toISOString().slice(0, 19),
    };
    office365.add('Audit.General', [
      { contentId: 'content-1', created: NOW - 2 * HOUR_MS, records: [JSON.stringify(record)] },
    ]);

    const result = await run('office365-collector', event, {
      OFFICE365_LOG_TYPES: 'office365-exchange,office365-general',
      OFFICE365_DAYS_BACK: '1',
    });
    const settled = await deliver();

    expect(result.error).toBeUndefined();
    expect([...office365.subscriptions]).toEqual(['Audit.General', 'Audit.Exchange']);
    expect(
      loggedBy(result).flatMap(({ event: name, logType }) =>
        name === 'collection.subscribed' ? [logType] : [],
      ),
    ).toEqual(['office365-exchange']);
    expect(settled).toEqual({ batchItemFailures: [] });
    expect(await pipeline.uids()).toContain('general-1');
  });

  it('fail when a log fails, name the cause, and tell how far behind it is', async () => {
    await collectedUntil(NOW - 6 * HOUR_MS, 'entra-risk-detections');
    identity.sts.isFederationEnabled = false;

    const result = await run('graph-collector', await eventOf('graph-collector-schedule.json'), {
      GRAPH_LOG_TYPES: 'entra-risk-detections',
    });
    identity.sts.isFederationEnabled = true;

    expect(result.error?.errorType).toBe('AWS_FEDERATION_DISABLED');
    expect(metricsOf(result)).toMatchObject({ service: 'graph-collector', CollectionsFailed: 1 });
    expect(Number(metricsOf(result)['CollectionLag'])).toBeGreaterThanOrEqual(6 * 3600);
  });

  it('let out no token', () => {
    const tokens = [...identity.sts.tokens, ...identity.entra.tokens];

    expect(tokens.length).toBeGreaterThan(1);
    for (const token of tokens) expect(letOut.join('\n').includes(token)).toBe(false);
  });
});
