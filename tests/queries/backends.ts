import { S3Client } from '@aws-sdk/client-s3';
import { LocalAthena } from '#local/athena/local-athena.ts';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { startLocalLake } from '#local/lake/local-lake.ts';
import { EVENT_BUCKET, startS3 } from '#local/s3.ts';
import { CloudTrailDataClient } from '#shared/aws/cloudtrail-data/index.ts';
import { CloudTrailLake } from '#shared/destinations/cloudtrail-lake.ts';
import { EventBucket } from '#shared/destinations/rows/event-bucket.ts';
import { windowObjects } from '#shared/destinations/rows/row-object.ts';
import { RequestPace } from '#shared/destinations/request-pace.ts';
import { ACCOUNT, type Evidence } from './evidence.ts';

/** Rows of a query, every value as text. */
export interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Something that holds the evidence and answers queries about it. */
export interface Backend {
  /** What stands for `<EventDataStoreId>`. */
  readonly table: string;
  query(sql: string): Promise<Answer>;
  close(): Promise<void>;
}

/** After every record of the corpus; what `now()` gives. */
export const NOW = Date.parse('2026-12-21T12:00:00Z');
/** Days before `NOW` that hold every record. */
export const ALL_DAYS = 4300;

const REGION = 'us-east-1';

/** The local CloudTrail Lake, by PutAuditEvents. */
async function lakeWith(evidence: readonly Evidence[]): Promise<Backend> {
  const lake = await startLocalLake({ requestsPerSecond: 10_000, now: () => NOW });
  const sleep = async (): Promise<void> => undefined;
  const client = new CloudTrailDataClient({
    endpoint: lake.endpoint,
    region: REGION,
    credentials: DUMMY_CREDENTIALS,
    maxAttempts: 1,
  });
  const pace = new RequestPace(10_000, Date.now, sleep);
  const telemetry = { emit: () => undefined };
  const ports = { client, channelArn: lake.channelArn, pace, telemetry, sleep, random: () => 1 };
  const outcomes = await new CloudTrailLake(ports).deliver(evidence.map(({ event }) => event));
  client.destroy();
  const refused = outcomes.find(({ kind }) => kind !== 'delivered');
  if (refused !== undefined) throw new Error(`not delivered: ${JSON.stringify(refused)}`);
  return {
    table: lake.eventDataStoreId,
    query: async (sql) => lake.query(sql),
    close: async () => lake.close(),
  };
}

/** The rows in local S3, and the table that Athena makes of them. */
async function athenaWith(evidence: readonly Evidence[]): Promise<Backend> {
  const s3 = await startS3();
  const client = new S3Client({ endpoint: s3.endpoint, region: REGION, credentials: DUMMY_CREDENTIALS });
  const bucket = new EventBucket({
    client,
    bucket: EVENT_BUCKET,
    region: async () => REGION,
    accountId: ACCOUNT,
    telemetry: { emit: () => undefined },
    now: Date.now,
    sleep: async () => undefined,
    random: () => 1,
  });
  const logObjects = Map.groupBy(evidence, ({ origin }) => `${origin.container}/${origin.name}`);
  for (const records of logObjects.values()) {
    const [{ origin }] = records as [Evidence];
    const events = records.map(({ event, origin: { offset } }) => ({ event, offset }));
    const outcomes = await bucket.write(windowObjects(origin, 0, events, []));
    for (const error of outcomes) if (error !== undefined) throw error;
  }
  const sources = [...new Set(evidence.map(({ origin }) => origin.container))];
  const athena = await LocalAthena.open({ client, bucket: EVENT_BUCKET, sources, now: () => NOW });
  return {
    table: 'crosstrail.events',
    query: async (sql) => athena.query(sql),
    close: async () => {
      await athena.close();
      client.destroy();
      await s3.close();
    },
  };
}

/** Every place where the queries have to give the same rows, and how it is filled. */
export const BACKENDS = [
  ['CloudTrail Lake', lakeWith],
  ['Athena', athenaWith],
] as const;
