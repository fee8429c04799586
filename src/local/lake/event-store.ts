import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  DuckDBInstance,
  StatementType,
  type DuckDBConnection,
  type DuckDBPreparedStatement,
} from '@duckdb/node-api';
import { createTableStatement, insertStatement } from './lake-schema.ts';
import { PreparedQuery } from './prepared-query.ts';
import { QueryStatementError, ServiceError } from './service-error.ts';
import { TRINO_MACROS } from './trino-macros.ts';
import { trinoToDuckDb } from './trino-to-duckdb.ts';
import { quoteName } from './trino-tokens.ts';

export interface EventStoreOptions {
  readonly eventDataStoreId: string;
  readonly eventDataStoreArn: string;
  /** Folder of the database file; absent: in memory. */
  readonly dataDirectory?: string;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** No extension is ever loaded, no file or address is ever read by a query. */
const CLOSED_TO_THE_OUTSIDE = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  enable_external_access: 'false',
  threads: '2',
};
/** UTC as in Lake; `7 / 2` is 3 in Trino. */
const SETTINGS = ["SET TimeZone = 'UTC'", 'SET integer_division = true'];

interface Database {
  readonly file: string;
  readonly instance: DuckDBInstance;
}

const IN_MEMORY = ':memory:';
/** DuckDB's file lock keeps other processes out, but not a second instance in this one. */
const openFiles = new Set<string>();

interface WaitingRows {
  readonly json: string;
  readonly count: number;
  readonly bytes: number;
}

/** The events of one event data store, in DuckDB with Lake's column types. */
export class EventStore {
  readonly #options: EventStoreOptions;
  readonly #database: Database;
  readonly #writer: DuckDBConnection;
  readonly #insert: DuckDBPreparedStatement;
  #waiting: WaitingRows[] = [];
  /** The write that takes every waiting row; rows that come meanwhile share the next one. */
  #nextWrite: Promise<void> | undefined;
  #lastWrite: Promise<unknown> = Promise.resolve();
  #events: number;
  #bytes: number;

  private constructor(
    options: EventStoreOptions,
    database: Database,
    writer: DuckDBConnection,
    insert: DuckDBPreparedStatement,
    size: { readonly events: number; readonly bytes: number },
  ) {
    this.#options = options;
    this.#database = database;
    this.#writer = writer;
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
    const file = dataDirectory === undefined ? IN_MEMORY : path.resolve(dataDirectory, 'lake.duckdb');
    const instance = await openDatabase(file);
    const writer = await instance.connect();
    await runAll(writer, [createTableStatement(eventDataStoreId), ...TRINO_MACROS]);
    const table = quoteName(eventDataStoreId);
    const sizes = await writer.runAndReadAll(
      `SELECT count(*)::DOUBLE, coalesce(sum(strlen(eventdata::VARCHAR)), 0)::DOUBLE FROM ${table}`,
    );
    const [events, bytes] = (sizes.getRows()[0] ?? []).map(Number);
    const insert = await writer.prepare(insertStatement(eventDataStoreId));
    return new EventStore(options, { file, instance }, writer, insert, {
      events: events ?? 0,
      bytes: bytes ?? 0,
    });
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
    const translated = trinoToDuckDb(statement, { eventDataStoreId, eventDataStoreArn, now: now() });
    const connection = await this.#database.instance.connect();
    try {
      await runAll(connection, SETTINGS);
      const readsEvents = readsOnly(connection, translated.sql, eventDataStoreId);
      const prepared = await connection.prepare(translated.sql);
      if (prepared.statementType !== StatementType.SELECT) {
        throw new QueryStatementError('Only a SELECT statement can be run on an event data store');
      }
      return new PreparedQuery(connection, prepared, translated, {
        eventsScanned: readsEvents ? this.#events : 0,
        bytesScanned: readsEvents ? this.#bytes : 0,
      });
    } catch (error) {
      connection.closeSync();
      if (error instanceof ServiceError) throw error;
      throw new QueryStatementError(error instanceof Error ? error.message : String(error));
    }
  }

  /** Waits for the rows under way, then closes the database. */
  async close(): Promise<void> {
    while (this.#nextWrite !== undefined) await this.#nextWrite.catch(() => undefined);
    await this.#lastWrite;
    this.#insert.destroySync();
    this.#writer.closeSync();
    this.#database.instance.closeSync();
    openFiles.delete(this.#database.file);
  }
}

/** Opens a database file once: two instances on one file would overwrite each other. */
async function openDatabase(file: string): Promise<DuckDBInstance> {
  try {
    if (openFiles.has(file)) throw new Error('This process has it open');
    const instance = await DuckDBInstance.create(file, CLOSED_TO_THE_OUTSIDE);
    if (file !== IN_MEMORY) openFiles.add(file);
    return instance;
  } catch (cause) {
    throw new Error(
      `The local Lake cannot open ${file}: stop the other local cloud that uses it, or choose another data directory.`,
      { cause },
    );
  }
}

async function runAll(connection: DuckDBConnection, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await connection.run(statement);
}

/** True when the statement reads the store; throws when it reads anything else. */
function readsOnly(connection: DuckDBConnection, sql: string, eventDataStoreId: string): boolean {
  const tables = connection.getTableNames(sql, false);
  const ours = eventDataStoreId.toLowerCase();
  const other = tables.find((table) => table.toLowerCase() !== ours);
  if (other !== undefined) {
    throw new ServiceError(
      'EventDataStoreNotFoundException',
      `The event data store ${other} could not be found.`,
    );
  }
  return tables.length > 0;
}
