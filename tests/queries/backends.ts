import type { AuditEvent } from '#mapping/audit-event.ts';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { startLocalLake } from '#local/lake/local-lake.ts';
import { CloudTrailDataClient } from '#shared/aws/cloudtrail-data/index.ts';
import { CloudTrailLake } from '#shared/destinations/cloudtrail-lake.ts';
import type { Destination } from '#shared/destinations/destination.ts';
import { RequestPace } from '#shared/destinations/request-pace.ts';

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
export const NOW = Date.parse('2026-11-21T12:00:00Z');
/** Days before `NOW` that hold every record. */
export const ALL_DAYS = 4000;

async function deliverAll(destination: Destination, events: readonly AuditEvent[]): Promise<void> {
  const outcomes = await destination.deliver(events);
  const other = outcomes.find(({ kind }) => kind !== 'delivered');
  if (other !== undefined) throw new Error(`not delivered: ${JSON.stringify(other)}`);
}

/** The local CloudTrail Lake, by PutAuditEvents. */
async function lakeWith(events: readonly AuditEvent[]): Promise<Backend> {
  const lake = await startLocalLake({ requestsPerSecond: 10_000, now: () => NOW });
  const sleep = async (): Promise<void> => undefined;
  const client = new CloudTrailDataClient({
    endpoint: lake.endpoint,
    region: 'us-east-1',
    credentials: DUMMY_CREDENTIALS,
    maxAttempts: 1,
  });
  const pace = new RequestPace(10_000, Date.now, sleep);
  const telemetry = { emit: () => undefined };
  const ports = { client, channelArn: lake.channelArn, pace, telemetry, sleep, random: () => 1 };
  await deliverAll(new CloudTrailLake(ports), events);
  client.destroy();
  return {
    table: lake.eventDataStoreId,
    query: async (sql) => lake.query(sql),
    close: async () => lake.close(),
  };
}

/** Every place where the queries have to give the same rows, and how it is filled. */
export const BACKENDS: readonly (readonly [
  name: string,
  start: (events: readonly AuditEvent[]) => Promise<Backend>,
])[] = [['CloudTrail Lake', lakeWith]];
