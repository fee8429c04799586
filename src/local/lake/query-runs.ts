import { randomUUID } from 'node:crypto';
import type { EventStore } from './event-store.ts';
import type { PreparedQuery, QueryResult, ScanSize } from '../trino/prepared-query.ts';
import { ServiceError } from '../service-error.ts';

export type QueryStatus = 'QUEUED' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'CANCELLED';

/** A query that StartQuery took. */
export interface QueryRun {
  readonly id: string;
  readonly statement: string;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly scan: ScanSize;
  status: QueryStatus;
  /** ms; 0 until it ended. */
  executionTime: number;
  result?: QueryResult;
  errorMessage?: string;
}

/** Queries at the same time, in QUEUED or RUNNING. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
export const MAX_CONCURRENT_QUERIES = 10;
/**
 * Queries that run at the same time; the others wait in QUEUED. Each one holds a thread of Node's pool of four, and
 * storing events needs one too.
 */
const RUNNING_AT_ONCE = 2;
/** Lake keeps results for seven days; a laptop's memory keeps this many. */
const KEPT_RUNS = 200;

/** The queries of the control plane, from StartQuery to the last page of results. */
export class QueryRuns {
  readonly #store: Pick<EventStore, 'prepare'>;
  readonly #now: () => number;
  readonly #runs = new Map<string, QueryRun>();
  readonly #active = new Map<string, { readonly query: PreparedQuery; readonly ended: Promise<void> }>();
  /** What calls the next query out of QUEUED, oldest first. */
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(store: Pick<EventStore, 'prepare'>, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /**
   * Starts a SELECT and returns at once.
   * @throws {ServiceError} InvalidQueryStatementException, EventDataStoreNotFoundException,
   * MaxConcurrentQueriesException.
   */
  async start(statement: string): Promise<QueryRun> {
    const query = await this.#store.prepare(statement);
    if (this.#active.size >= MAX_CONCURRENT_QUERIES) {
      query.discard();
      throw new ServiceError(
        'MaxConcurrentQueriesException',
        `You are already running the maximum number of concurrent queries (${MAX_CONCURRENT_QUERIES}).`,
      );
    }
    const run: QueryRun = {
      id: randomUUID(),
      statement,
      createdAt: this.#now(),
      scan: query.scan,
      status: 'QUEUED',
      executionTime: 0,
    };
    this.#runs.set(run.id, run);
    this.#active.set(run.id, { query, ended: this.#follow(run, query) });
    this.#forgetOldRuns();
    return run;
  }

  /** @throws {ServiceError} QueryIdNotFoundException. */
  find(id: string): QueryRun {
    const run = this.#runs.get(id);
    if (run === undefined)
      throw new ServiceError('QueryIdNotFoundException', `The query ${id} does not exist.`);
    return run;
  }

  /** Newest first. */
  list(): QueryRun[] {
    return [...this.#runs.values()].toReversed();
  }

  /** @throws {ServiceError} QueryIdNotFoundException, InactiveQueryException. */
  cancel(id: string): QueryRun {
    const run = this.find(id);
    const active = this.#active.get(id);
    if (active === undefined || run.status === 'CANCELLED') {
      throw new ServiceError('InactiveQueryException', `The query is in the ${run.status} state.`);
    }
    run.status = 'CANCELLED';
    active.query.cancel();
    return run;
  }

  /** Cancels what runs and waits for its end. */
  async close(): Promise<void> {
    const active = [...this.#active.values()];
    for (const { query } of active) query.cancel();
    await Promise.all(active.map(async ({ ended }) => ended));
  }

  async #follow(run: QueryRun, query: PreparedQuery): Promise<void> {
    await this.#turn();
    if (run.status === 'QUEUED') run.status = 'RUNNING';
    const startedAt = performance.now();
    try {
      const result = await query.run();
      if (isCancelled(run)) return;
      run.result = result;
      run.status = 'FINISHED';
    } catch (error) {
      if (isCancelled(run)) return;
      run.status = 'FAILED';
      run.errorMessage = error instanceof Error ? error.message : String(error);
    } finally {
      run.executionTime = Math.ceil(performance.now() - startedAt);
      this.#active.delete(run.id);
      this.#running -= 1;
      this.#callNext();
    }
  }

  async #turn(): Promise<void> {
    const called = new Promise<void>((resolve) => this.#queue.push(resolve));
    // Not at once: the caller sees the query QUEUED first, as in Lake.
    setImmediate(() => this.#callNext());
    await called;
  }

  #callNext(): void {
    if (this.#running >= RUNNING_AT_ONCE) return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    this.#running += 1;
    next();
  }

  #forgetOldRuns(): void {
    for (const id of this.#runs.keys()) {
      if (this.#runs.size <= KEPT_RUNS) return;
      if (!this.#active.has(id)) this.#runs.delete(id);
    }
  }
}

/** Asked after every wait: CancelQuery comes in between. */
function isCancelled(run: QueryRun): boolean {
  return run.status === 'CANCELLED';
}
