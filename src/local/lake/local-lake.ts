import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ControlPlane } from './control-plane.ts';
import { EventStore } from './event-store.ts';
import type { LakeFaults } from './lake-faults.ts';
import { createLakeServer } from './lake-server.ts';
import type { QueryResult } from '../trino/prepared-query.ts';
import { Ingestion, type LakeCounters } from './put-audit-events.ts';
import { QueryRuns } from './query-runs.ts';
import { TokenBucket } from './token-bucket.ts';

export interface LocalLakeOptions {
  /** TCP port on 127.0.0.1; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Owner of the channel: 12 digits. */
  readonly accountId?: string;
  readonly region?: string;
  readonly channelArn?: string;
  readonly eventDataStoreArn?: string;
  /** Folder that keeps the events between runs; absent: they live in memory. */
  readonly dataDirectory?: string;
  /** PutAuditEvents requests per second. */
  readonly requestsPerSecond?: number;
  /** ms since the epoch; also what `now()` gives in a query. */
  readonly now?: () => number;
  /** What goes wrong, for tests. */
  readonly faults?: LakeFaults;
}

/** A running stand-in for CloudTrail Lake. */
export interface LocalLake {
  /** `http://127.0.0.1:PORT`, for CloudTrail Data and CloudTrail alike. */
  readonly endpoint: string;
  readonly channelArn: string;
  readonly eventDataStoreArn: string;
  /** The table name in queries. */
  readonly eventDataStoreId: string;
  /** Runs a SELECT without HTTP. Throws a ServiceError for a bad statement, DuckDB's error at run time. */
  query(sql: string): Promise<QueryResult>;
  counters(): LakeCounters;
  close(): Promise<void>;
}

/** The account of AWS's own documentation examples. */
const EXAMPLE_ACCOUNT = '111122223333';
const CHANNEL_ID = '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d';
const EVENT_DATA_STORE_ID = 'e1d2c3b4-a596-4788-9aab-bccddeeff001';
/** 100 per second for account and Region. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
const REQUESTS_PER_SECOND = 100;

/**
 * Starts a server that stands in for CloudTrail Lake: PutAuditEvents with every documented limit and rejection, and
 * StartQuery, DescribeQuery and GetQueryResults over the events that it took. Listens on 127.0.0.1 only.
 * @throws when the port is taken or the data directory is in use.
 */
export async function startLocalLake(options: LocalLakeOptions = {}): Promise<LocalLake> {
  const { accountId = EXAMPLE_ACCOUNT, region = 'us-east-1', now = Date.now } = options;
  const arn = (resource: string): string => `arn:aws:cloudtrail:${region}:${accountId}:${resource}`;
  const channelArn = options.channelArn ?? arn(`channel/${CHANNEL_ID}`);
  const eventDataStoreArn = options.eventDataStoreArn ?? arn(`eventdatastore/${EVENT_DATA_STORE_ID}`);
  const eventDataStoreId = eventDataStoreArn.split('/').at(-1) ?? eventDataStoreArn;

  const store = await EventStore.open({
    eventDataStoreId,
    eventDataStoreArn,
    now,
    ...(options.dataDirectory === undefined ? {} : { dataDirectory: options.dataDirectory }),
  });
  const runs = new QueryRuns(store, now);
  const ingestion = new Ingestion({
    store,
    bucket: new TokenBucket(options.requestsPerSecond ?? REQUESTS_PER_SECOND, now),
    accountId,
    region,
    channelArn,
    now,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
  });
  const controlPlane = new ControlPlane({ runs, accountId, channelArn, eventDataStoreArn, createdAt: now() });
  const server = createLakeServer(ingestion, controlPlane);
  try {
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    await store.close();
    throw error;
  }

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    channelArn,
    eventDataStoreArn,
    eventDataStoreId,
    query: async (sql) => (await store.prepare(sql)).run(),
    counters: () => ingestion.counters,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await runs.close();
      await store.close();
    },
  };
}
