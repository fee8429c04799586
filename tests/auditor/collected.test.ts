import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { COLLECTION_TABLE, LOCAL_REGION } from '#local/local-cloud.ts';
import { RAW_BUCKET } from '#local/s3.ts';
import { DynamoCollectionStateStore } from '#shared/collection/collection-state-store.ts';
import type { Gap } from '#shared/collection/plan.ts';
import { S3LogObjectReader } from '#shared/collection/s3-log-object-reader.ts';
import { S3RawLogObjects } from '#shared/collection/s3-raw-log-objects.ts';
import { writeRangeMessage } from '#shared/ranges/range.ts';
import {
  BuiltFunctions,
  eventOf,
  loggedBy,
  metricsOf,
  type EnvironmentChange,
} from '../pipeline/built-functions.ts';
import { CONTAINER, line } from '../pipeline/pipeline.ts';
import { AuditedPipeline, HOUR_MS } from '../shared/audit/audited-pipeline.ts';

const TENANT = '11111111-2222-4333-8444-555555555555';
const LOG_TYPE = 'entra-signins';
const DAY = new Date().toISOString().slice(0, 10);
const RECORD = `{"id":"a","createdDateTime":"${DAY}T00:00:00Z"}\n`;

let functions: BuiltFunctions;
let audited: AuditedPipeline;
let s3: S3Client;
let table: DynamoDBClient;

beforeAll(async () => {
  functions = await BuiltFunctions.build('auditor');
});
afterAll(async () => functions.close());
beforeEach(async () => {
  audited = await AuditedPipeline.start();
  const { cloud } = audited.pipeline;
  const at = (endpoint = '') => ({ endpoint, region: LOCAL_REGION, credentials: DUMMY_CREDENTIALS });
  s3 = new S3Client(at(cloud.s3.endpoint));
  table = new DynamoDBClient(at(cloud.awsEnvironment['AWS_ENDPOINT_URL_DYNAMODB']));
  await audited.pipeline.append(audited.nameOf(3), line('of Azure'));
  await audited.run();
});
afterEach(async () => {
  s3.destroy();
  table.destroy();
  await functions.end();
  await audited.close();
});

/** A run of the Auditor of a stack that collects sign-ins of one tenant. */
async function runSchedule(change: EnvironmentChange = {}) {
  const collecting = {
    RAW_BUCKET_NAME: RAW_BUCKET,
    COLLECTION_TABLE_NAME: COLLECTION_TABLE,
    ENTRA_TENANTS: TENANT,
    GRAPH_LOG_TYPES: LOG_TYPE,
  };
  const auditor = functions.create('auditor', audited.pipeline.cloud, { ...collecting, ...change });
  return auditor.invoke(await eventOf('auditor-schedule.json'));
}

/** As if the collector had read up to so many hours ago. */
async function collected(hoursAgo: number, gaps: readonly Gap[] = []): Promise<void> {
  const at = Date.now() - hoursAgo * HOUR_MS;
  await new DynamoCollectionStateStore(table, COLLECTION_TABLE).replace(TENANT, LOG_TYPE, {
    version: 1,
    positions: { first: at },
    outbox: [],
    gaps,
    leasedUntil: 0,
    narrowedMs: 0,
  });
}

/** A log object that the collector wrote; delivered, or deleted before it could be. Gives its name. */
async function written(fate: 'delivered' | 'deleted'): Promise<string> {
  const name = `raw/entra/signins/day=${DAY}/tenant=${TENANT}/${DAY.replaceAll('-', '')}T000000.000Z-first-00000.jsonl`;
  const { generation = '' } =
    (await new S3RawLogObjects(s3, RAW_BUCKET).create(name, Buffer.from(RECORD))) ?? {};
  if (fate === 'deleted') await s3.send(new DeleteObjectCommand({ Bucket: RAW_BUCKET, Key: name }));
  const logObject = { account: RAW_BUCKET, container: LOG_TYPE, name, generation };
  const body = writeRangeMessage({ logObject, end: RECORD.length, tail: 'closed' });
  await audited.pipeline.process([{ messageId: 'm', body }], {
    reader: new S3LogObjectReader(s3, RAW_BUCKET),
    containers: [{ account: RAW_BUCKET, container: LOG_TYPE }],
  });
  return name;
}

const OF_AZURE = { event: 'audit.finished', container: CONTAINER, findings: 0 };
const OF_COLLECTOR = { event: 'audit.finished', account: RAW_BUCKET, container: LOG_TYPE };

describe('the scheduled audit of what collectors wrote and read', () => {
  it('adds up beside that of Azure', async () => {
    await collected(1);
    await written('delivered');

    const result = await runSchedule();

    expect(result.error).toBeUndefined();
    expect(loggedBy(result)).toMatchObject([
      OF_AZURE,
      { ...OF_COLLECTOR, listedBytes: RECORD.length, deliveredBytes: RECORD.length, findings: 0 },
    ]);
  });

  it('names a log object that was deleted before it was read', async () => {
    await collected(1);
    const name = await written('deleted');

    const result = await runSchedule();

    expect(result.error).toBeUndefined();
    expect(loggedBy(result)).toMatchObject([
      OF_AZURE,
      { event: 'audit.finding', kind: 'deleted-before-read', container: LOG_TYPE, logObject: name },
      { ...OF_COLLECTOR, findings: 1 },
    ]);
    expect(metricsOf(result)).toMatchObject({ AuditFindings: [0, 1] });
  });

  it('names a collector that stands still, and the time that was never read', async () => {
    const now = Date.now();
    await collected(10, [{ from: now - 20 * HOUR_MS, to: now - 19 * HOUR_MS }]);

    const result = await runSchedule();

    expect(loggedBy(result)).toMatchObject([
      OF_AZURE,
      { event: 'audit.finding', kind: 'collection-gap', detail: expect.stringContaining(TENANT) as unknown },
      {
        event: 'audit.finding',
        kind: 'collection-behind',
        detail: expect.stringContaining('10.0 hours') as unknown,
      },
      { ...OF_COLLECTOR, findings: 2 },
    ]);
  });

  it('of a collector that is a minute old finds nothing', async () => {
    const result = await runSchedule();

    expect(loggedBy(result)).toMatchObject([OF_AZURE, { ...OF_COLLECTOR, listedBytes: 0, findings: 0 }]);
  });

  it('that cannot be done fails, after all others', async () => {
    const result = await runSchedule({ RAW_BUCKET_NAME: 'crosstrail-missing' });

    expect(result.error?.errorMessage).toContain('RAW_BUCKET_FAILED');
    expect(loggedBy(result)).toMatchObject([
      OF_AZURE,
      { event: 'audit.failed', account: 'crosstrail-missing', container: LOG_TYPE },
    ]);
    expect(metricsOf(result)).toMatchObject({ AuditsFailed: 1 });
  });
});
