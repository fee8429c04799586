import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { collectGraph } from '#graph-collector/collect-graph.ts';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { COLLECTION_TABLE, LOCAL_REGION } from '#local/local-cloud.ts';
import { startGraphServer, type GraphServer } from '#local/microsoft/graph-server.ts';
import { startOffice365Server, type Office365Server } from '#local/microsoft/office365-server.ts';
import { RAW_BUCKET } from '#local/s3.ts';
import { sampleCollectedRecords } from '#local/sample-collected-records.ts';
import { RANGE_QUEUE } from '#local/sqs.ts';
import { LOG_TYPES, type LogTypeName } from '#mapping/log-types.ts';
import type { JsonObject } from '#mapping/audit-event.ts';
import { recordKey } from '#mapping/record-key.ts';
import { collectOffice365 } from '#office365-collector/collect-office365.ts';
import { S3ContentLists } from '#office365-collector/s3-content-lists.ts';
import { QueueSender } from '#shared/aws/queue-sender.ts';
import { DynamoCollectionStateStore } from '#shared/collection/collection-state-store.ts';
import { S3LogObjectReader } from '#shared/collection/s3-log-object-reader.ts';
import { S3RawLogObjects } from '#shared/collection/s3-raw-log-objects.ts';
import { DynamoSeenRecords } from '#shared/collection/seen-record-store.ts';
import { LogObjectReaders } from '#shared/log-object-readers.ts';
import { Pipeline } from '../pipeline/pipeline.ts';

const HOUR_MS = 3_600_000;
const TENANT = '11111111-2222-4333-8444-555555555555';

let pipeline: Pipeline;
let graph: GraphServer;
let office365: Office365Server;
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
  pipeline = await Pipeline.start();
  graph = await startGraphServer({ now: () => pipeline.now });
  office365 = await startOffice365Server({ tenant: TENANT, now: () => pipeline.now });
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await office365.close();
  await graph.close();
  await pipeline.close();
});

function collectorPorts() {
  const { awsEnvironment, s3, sqs } = pipeline.cloud;
  const at = (endpoint = '') => ({ endpoint, region: LOCAL_REGION, credentials: DUMMY_CREDENTIALS });
  const table = new DynamoDBClient(at(awsEnvironment['AWS_ENDPOINT_URL_DYNAMODB']));
  const bucket = new S3Client(at(s3.endpoint));
  const queues = new SQSClient(at(sqs.endpoint));
  clients.push(table, bucket, queues);
  const now = (): number => pipeline.now;
  const sleep = async (ms: number): Promise<void> => void (pipeline.now += ms);
  return {
    s3: bucket,
    telemetry: pipeline.telemetry,
    bucket: RAW_BUCKET,
    objects: new S3RawLogObjects(bucket, RAW_BUCKET),
    states: new DynamoCollectionStateStore(table, COLLECTION_TABLE),
    seenIn: (scope: { tenant: string; logType: string; days: number }) =>
      new DynamoSeenRecords(scope, { client: table, table: COLLECTION_TABLE, now, sleep }),
    listsOf: (scope: { tenant: string; contentType: string }) =>
      new S3ContentLists(bucket, RAW_BUCKET, scope),
    ranges: new QueueSender(queues, sqs.queueUrl(RANGE_QUEUE)),
    tokensOf: () => ({ tokenFor: async () => 'token', forget: () => undefined }),
    now,
    sleep,
    random: () => 0.5,
    remainingMs: () => 900_000,
  };
}

/** The Processor over what waits in the range queue, with the log objects of the bucket as well. */
async function process(ports: ReturnType<typeof collectorPorts>): Promise<void> {
  const reader = new LogObjectReaders([new S3LogObjectReader(ports.s3, RAW_BUCKET), pipeline.batch.reader]);
  const containers = Object.keys(LOG_TYPES).map((container) => ({ account: RAW_BUCKET, container }));
  expect(await pipeline.process(undefined, { reader, containers })).toEqual([]);
}

it('what Microsoft Graph and Office 365 give becomes one event each, under its own id', async () => {
  const ports = collectorPorts();
  const samples = await sampleCollectedRecords(pipeline.now - 2 * HOUR_MS);
  for (const { path, records } of samples.graph)
    graph.add(
      path,
      records.map((json) => ({ json, visibleFrom: 0 })),
    );
  const logTypes: LogTypeName[] = ['entra-signins', 'entra-audits', 'entra-risk-detections'];
  const office365Types: LogTypeName[] = [
    'office365-azureactivedirectory',
    'office365-exchange',
    'office365-general',
  ];
  const office365Collection = {
    tenants: [TENANT],
    logTypes: office365Types,
    endpoint: office365.endpoint,
    daysBack: 0,
  };
  await collectOffice365(office365Collection, ports);
  for (const { contentType, records } of samples.office365)
    office365.add(contentType, [{ contentId: contentType, created: pipeline.now, records }]);
  pipeline.now += 2 * HOUR_MS;

  const collected = [
    ...(await collectGraph(
      { tenants: [TENANT], logTypes, endpoint: graph.endpoint, daysBack: 1, retentionDays: 30 },
      ports,
    )),
    ...(await collectOffice365(office365Collection, ports)),
  ];
  await process(ports);
  const again = await collectOffice365(office365Collection, ports);
  await process(ports);

  expect(collected.map(({ error }) => error)).toEqual(collected.map(() => undefined));
  expect(again.map(({ result }) => result?.records)).toEqual([0, 0, 0]);
  const given = [
    ...samples.graph.map(({ records }, index) => ({ logType: logTypes[index], records })),
    ...samples.office365.map(({ records }, index) => ({ logType: office365Types[index], records })),
  ];
  const keys = given.flatMap(({ logType = 'entra-signins', records }) =>
    records.map((text) => recordKey(logType, JSON.parse(text) as JsonObject) ?? ''),
  );
  expect(keys.length).toBeGreaterThan(10);
  // The documentation gives two examples the same id.
  expect(await pipeline.uids()).toEqual([...new Set(keys)].toSorted());
});
