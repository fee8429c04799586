import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBPreparedStatement } from '@duckdb/node-api';
import { ServiceError } from '../service-error.ts';
import type { PreparedQuery, ScanSize } from '../trino/prepared-query.ts';
import { TrinoDatabase } from '../trino/trino-database.ts';
import { quoteName } from '../trino/trino-tokens.ts';
import { createTableStatement, insertStatement, LAKE_COLUMNS } from './lake-schema.ts';

export interface EventStoreOptions {
  readonly eventDataStoreId: string;
  readonly eventDataStoreArn: string;
  /** Folder of the database file; absent: in memory. */
  readonly dataDirectory?: string;
  /** ms since the epoch. */
  readonly now: () => number;
}

interface WaitingRows {
  readonly json: string;
  readonly count: number;
  readonly bytes: number;
}

/** The events of one event data store, in DuckDB with Lake's column types. */
export class EventStore {
  readonly #options: EventStoreOptions;
  readonly #database: TrinoDatabase;
  readonly #insert: DuckDBPreparedStatement;
  #waiting: WaitingRows[] = [];
  /** The write that takes every waiting row; rows that come meanwhile share the next one. */
  #nextWrite: Promise<void> | undefined;
  #lastWrite: Promise<unknown> = Promise.resolve();
  #events: number;
  #bytes: number;

  private constructor(
    options: EventStoreOptions,
    database: TrinoDatabase,
    insert: DuckDBPreparedStatement,
    size: { readonly events: number; readonly bytes: number },
  ) {
    this.#options = options;
    this.#database = database;
    this.#insert = insert;
    this.#events = size.events;
    this.#bytes = size.bytes;
  }

  /**
   * Opens the store, with the events that `dataDirectory` already holds.
   * @throws when the folder cannot be made or another process has the database open.
   */
  static async open(options: EventStoreOptions): Promise<EventStore> {
    const { dataDirectory, eventDataStoreId } = options;
    if (dataDirectory !== undefined) await mkdir(dataDirectory, { recursive: true });
    const database = await openDatabase(
      dataDirectory === undefined ? undefined : path.resolve(dataDirectory, 'lake.duckdb'),
    );
    const table = quoteName(eventDataStoreId);
    await database.writer.run(createTableStatement(table, LAKE_COLUMNS));
    const sizes = await database.writer.runAndReadAll(
      `SELECT count(*)::DOUBLE, coalesce(sum(strlen(eventdata::VARCHAR)), 0)::DOUBLE FROM ${table}`,
    );
    const [events, bytes] = (sizes.getRows()[0] ?? []).map(Number);
    const insert = await database.writer.prepare(insertStatement(table, LAKE_COLUMNS));
    return new EventStore(options, database, insert, { events: events ?? 0, bytes: bytes ?? 0 });
  }

  /** Stores rows (the JSON text of `toRowJson`) for good. `bytes`: the size of their eventData as sent. */
  async append(rowsJson: readonly string[], bytes: number): Promise<void> {
    if (rowsJson.length === 0) return;
    this.#waiting.push({ json: rowsJson.join(','), count: rowsJson.length, bytes });
    this.#nextWrite ??= this.#lastWrite.then(async () => this.#writeWaiting());
    await this.#nextWrite;
  }

  async #writeWaiting(): Promise<void> {
    const rows = this.#waiting;
    this.#waiting = [];
    this.#nextWrite = undefined;
    this.#insert.bindVarchar(1, `[${rows.map((row) => row.json).join(',')}]`);
    const write = this.#insert.run();
    this.#lastWrite = write.catch(() => undefined);
    await write;
    for (const { count, bytes } of rows) {
      this.#events += count;
      this.#bytes += bytes;
    }
  }

  /**
   * Checks a Trino SELECT of Lake and prepares it.
   * @throws {QueryStatementError} when it is not a SELECT that Lake takes.
   * @throws {ServiceError} EventDataStoreNotFoundException when it reads another table.
   */
  async prepare(statement: string): Promise<PreparedQuery> {
    const { eventDataStoreId, eventDataStoreArn, now } = this.#options;
    return this.#database.prepare(statement, {
      now: now(),
      eventDataStore: { id: eventDataStoreId, arn: eventDataStoreArn },
      scan: (tables) => this.#scan(tables),
    });
  }

  #scan(tables: readonly string[]): ScanSize {
    const ours = this.#options.eventDataStoreId.toLowerCase();
    const other = tables.find((table) => table.toLowerCase() !== ours);
    if (other !== undefined) {
      throw new ServiceError(
        'EventDataStoreNotFoundException',
        `The event data store ${other} could not be found.`,
      );
    }
    const readsEvents = tables.length > 0;
    return {
      eventsScanned: readsEvents ? this.#events : 0,
      bytesScanned: readsEvents ? this.#bytes : 0,
    };
  }

  /** Waits for the rows under way, then closes the database. */
  async close(): Promise<void> {
    while (this.#nextWrite !== undefined) await this.#nextWrite.catch(() => undefined);
    await this.#lastWrite;
    this.#insert.destroySync();
    this.#database.close();
  }
}

async function openDatabase(file: string | undefined): Promise<TrinoDatabase> {
  try {
    return await TrinoDatabase.open(file);
  } catch (cause) {
    throw new Error(
      `The local Lake cannot open ${file}: stop the other local cloud that uses it, or choose another data directory.`,
      { cause },
    );
  }
}
