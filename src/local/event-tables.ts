import { S3Client } from '@aws-sdk/client-s3';
import type { DestinationConfiguration } from '#shared/configuration/destination-settings.ts';
import { DATABASE, TABLE } from './athena/event-table.ts';
import { LocalAthena } from './athena/local-athena.ts';
import { DUMMY_CREDENTIALS } from './dummy-credentials.ts';
import type { LocalLake } from './lake/local-lake.ts';
import { LOCAL_REGION, type LocalCloud } from './local-cloud.ts';
import { EVENT_BUCKET } from './s3.ts';
import type { QueryResult } from './trino/prepared-query.ts';

/** Where the Lambdas deliver to. */
export type DestinationName = DestinationConfiguration['DESTINATION'];

/** The events that one destination of the local cloud holds, as a table. */
export interface EventTable {
  readonly place: 'CloudTrail Lake' | 'S3';
  /** What stands for `<EventDataStoreId>` in a query. */
  readonly name: string;
  /** Runs a SELECT. Throws a ServiceError for a bad statement, DuckDB's error at run time. */
  readonly query: (statement: string) => Promise<QueryResult>;
}

/** The events of the local CloudTrail Lake. */
export function lakeTable(lake: LocalLake): EventTable {
  return {
    place: 'CloudTrail Lake',
    name: lake.eventDataStoreId,
    query: (statement) => lake.query(statement),
  };
}

/** The tables of a destination: Lake's, that of the objects in S3, or both in this order. */
export interface EventTables {
  readonly tables: readonly EventTable[];
  readonly close: () => Promise<void>;
}

/**
 * Opens the tables of a destination. `containers`: those that are configured. Of S3 the table knows Lake's events too,
 * as `"aws:cloudtrail"."<event data store id>"`.
 */
export async function openEventTables(
  { lake, s3 }: LocalCloud,
  destination: DestinationName,
  containers: readonly string[],
): Promise<EventTables> {
  if (destination === 'CloudTrailLake') return { tables: [lakeTable(lake)], close: async () => undefined };
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: LOCAL_REGION,
    credentials: DUMMY_CREDENTIALS,
  });
  const athena = await LocalAthena.open({ client, bucket: EVENT_BUCKET, sources: containers, lake });
  const s3Table: EventTable = {
    place: 'S3',
    name: `${DATABASE}.${TABLE}`,
    query: (statement) => athena.query(statement),
  };
  return {
    tables: destination === 'S3' ? [s3Table] : [lakeTable(lake), s3Table],
    close: async () => {
      await athena.close();
      client.destroy();
    },
  };
}
