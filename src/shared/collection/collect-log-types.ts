import { mapConcurrently } from '#shared/concurrency.ts';
import { describeError } from '#shared/errors/describe-error.ts';
import { ApiClient, type AccessTokens, type ApiPorts } from './api-client.ts';
import { collect, type CollectionPorts, type CollectionResult } from './collect.ts';
import type { SeenRecords } from './collect-window.ts';
import { collectedUpTo, type CollectionPlan } from './plan.ts';
import type { RecordSource } from './raw-record.ts';
import type { SeenRecordScope } from './seen-record-store.ts';

/** A log type of a tenant, and where its records come from. */
export interface LogTypeToCollect {
  readonly plan: CollectionPlan;
  /** S3 prefix, with a slash at its end. */
  readonly prefix: string;
  readonly source: RecordSource;
  readonly seen: SeenRecords;
  /** What must be done before anything is read. */
  prepare?(this: void, deadline: AbortSignal): Promise<void>;
}

/** What collecting several log types needs of the world. */
export type LogTypesPorts = Omit<CollectionPorts, 'source' | 'seen' | 'prefix'>;

/** What a collector of tenants needs of the world. */
export interface CollectorPorts extends LogTypesPorts {
  tokensOf(this: void, tenant: string): AccessTokens;
  seenIn(this: void, scope: SeenRecordScope): SeenRecords;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly random: () => number;
}

/** A client of an API for one log type, whose throttles are told. */
export function apiClientFor(
  logType: string,
  api: Pick<ApiPorts, 'tokens' | 'scope' | 'limit' | 'isThrottle'>,
  { telemetry, now, sleep, random }: Pick<CollectorPorts, 'telemetry' | 'now' | 'sleep' | 'random'>,
): ApiClient {
  const onTry = (kind: 'throttled' | 'retried'): void => {
    if (kind === 'throttled') telemetry.emit('collection.throttled', { logType, throttled: 1 });
  };
  return new ApiClient({ ...api, onTry, now, sleep, random });
}

/** Log types side by side: they wait for the limits of the API most of the time. */
const CONCURRENCY = 4;

/** What became of each log type: `error` where it failed. */
export type CollectedLogType =
  | { readonly result: CollectionResult; readonly error?: undefined }
  | { readonly result?: undefined; readonly error: unknown };

/** Collects log types; one that fails stops no other, and each outcome is told. Never throws. */
export async function collectLogTypes(
  logTypes: readonly LogTypeToCollect[],
  ports: LogTypesPorts,
): Promise<CollectedLogType[]> {
  return mapConcurrently(logTypes, CONCURRENCY, async ({ plan, prefix, source, seen, prepare }) => {
    const { tenant, logType } = plan;
    try {
      await prepare?.(AbortSignal.timeout(ports.remainingMs()));
      const result = await collect(plan, { ...ports, prefix, source, seen });
      const lagSeconds = Math.round((ports.now() - Date.parse(result.collectedUpTo)) / 1000);
      const { complete, ...figures } = result;
      ports.telemetry.emit(complete ? 'collection.finished' : 'collection.paused', {
        ...figures,
        lagSeconds,
      });
      return { result };
    } catch (error) {
      ports.telemetry.emit('collection.failed', {
        tenant,
        logType,
        lagSeconds: await lagOf(plan, ports),
        error: describeError(error),
        failures: 1,
      });
      return { error };
    }
  });
}

/**
 * How far behind a log type is that failed, in seconds: while it fails, its API forgets. Undefined before its first run,
 * and when the table fails too.
 */
async function lagOf(plan: CollectionPlan, { states, now }: LogTypesPorts): Promise<number | undefined> {
  const state = await states.read(plan.tenant, plan.logType).catch(() => undefined);
  if (state === undefined) return undefined;
  return Math.round((now() - collectedUpTo(plan, state, now())) / 1000);
}

/** The results of all; throws the first failure when there is one. */
export function outcomeOf(collected: readonly CollectedLogType[]): {
  readonly logTypes: readonly CollectionResult[];
} {
  const failure = collected.find(({ result }) => result === undefined);
  if (failure !== undefined) throw failure.error;
  return { logTypes: collected.flatMap(({ result }) => (result === undefined ? [] : [result])) };
}
