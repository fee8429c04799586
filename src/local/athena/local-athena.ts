import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { DuckDBConnection } from '@duckdb/node-api';
import { mapConcurrently } from '#shared/concurrency.ts';
import { createTableStatement } from '../lake/lake-schema.ts';
import type { QueryResult, ScanSize } from '../trino/prepared-query.ts';
import { TrinoDatabase } from '../trino/trino-database.ts';
import { quoteName } from '../trino/trino-tokens.ts';
import { projectionOf } from './event-partition.ts';
import { DATABASE, EVENT_COLUMNS, PATH_COLUMN, TABLE } from './event-table.ts';
import { copyLakeEvents, LAKE_DATABASE, type FederatedLake } from './federated-lake.ts';
import { listEventObjects, type ListedObject } from './list-objects.ts';
import { readRows } from './read-rows.ts';
import { RowWriter } from './row-writer.ts';

export interface LocalAthenaOptions {
  /** Stays the caller's: `close` leaves it open. */
  readonly client: S3Client;
  readonly bucket: string;
  /** Values of the partition column `source`: the containers that are configured. */
  readonly sources: readonly string[];
  /** The event data store that is the table `"aws:cloudtrail"."<id>"` here. */
  readonly lake?: FederatedLake;
  /** ms since the epoch; also what `now()` gives in a query. */
  readonly now?: () => number;
}

const EVENTS = `${DATABASE}.${TABLE}`;
/** An object whose rows are in the table. */
interface LoadedObject extends ListedObject {
  readonly rows: number;
}

/** A name without a database is looked for in the workgroup's own; Trino's functions are in DuckDB's `main`. */
const SEARCH_PATH = `SET search_path = '${DATABASE},main'`;
const OBJECTS_AT_ONCE = 4;

/**
 * Stands in for Athena on the laptop: the objects of the bucket are the table `crosstrail.events`, with the columns of
 * template.yaml's Glue table, and Trino's SELECTs run over it, in this process. What Athena would not see or not read
 * is an error. Unlike Athena it checks every object, whatever partitions the query names.
 */
export class LocalAthena {
  readonly #options: LocalAthenaOptions;
  readonly #now: () => number;
  readonly #database: TrinoDatabase;
  /** What of each object is in the table, by its path. */
  readonly #loaded = new Map<string, LoadedObject>();
  #refreshed: Promise<void> = Promise.resolve();

  private constructor(options: LocalAthenaOptions, database: TrinoDatabase) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#database = database;
  }

  /** Opens an empty table; each query reads what is new in the bucket first. */
  static async open(options: LocalAthenaOptions): Promise<LocalAthena> {
    const database = await TrinoDatabase.open();
    await database.writer.run(`CREATE SCHEMA ${DATABASE}`);
    await database.writer.run(createTableStatement(EVENTS, EVENT_COLUMNS));
    return new LocalAthena(options, database);
  }

  /**
   * Runs a SELECT over the objects that are in the bucket now.
   * @throws {ServiceError} HIVE_BAD_DATA when an object is not what the table says, another for a bad statement;
   * DuckDB's error at run time.
   */
  async query(statement: string): Promise<QueryResult> {
    // One after the other: they share the connection that writes.
    const refresh = this.#refreshed.then(() => this.#refresh(statement));
    this.#refreshed = refresh.catch(() => undefined);
    await refresh;
    const query = await this.#database.prepare(statement, {
      now: this.#now(),
      hiddenColumn: PATH_COLUMN,
      settings: [SEARCH_PATH],
      scan: (tables) => this.#scan(tables),
    });
    return query.run();
  }

  /** The table after it is as the bucket is now, or, when an object is refused, as it was. */
  async #refresh(statement: string): Promise<void> {
    const { client, bucket, sources, lake } = this.#options;
    const listing = listEventObjects(client, bucket, projectionOf(sources, this.#now()));
    const listed = new Map((await Array.fromAsync(listing)).map((object) => [object.path, object]));
    const isSame = ({ path, etag }: ListedObject): boolean => listed.get(path)?.etag === etag;
    const stale = [...this.#loaded.values()].filter((object) => !isSame(object));
    const fresh = [...listed.values()].filter(({ path, etag }) => this.#loaded.get(path)?.etag !== etag);

    const { writer: connection } = this.#database;
    await connection.run('BEGIN');
    try {
      await forget(connection, stale);
      const loaded = await this.#load(fresh);
      if (lake !== undefined && statement.includes(LAKE_DATABASE)) await copyLakeEvents(connection, lake);
      await connection.run('COMMIT');
      for (const { path } of stale) this.#loaded.delete(path);
      for (const object of loaded) this.#loaded.set(object.path, object);
    } catch (error) {
      await connection.run('ROLLBACK');
      throw error;
    }
  }

  async #load(objects: readonly ListedObject[]): Promise<LoadedObject[]> {
    const { client, bucket } = this.#options;
    const writer = await RowWriter.open(this.#database.writer, EVENTS, EVENT_COLUMNS);
    try {
      const loaded = await mapConcurrently(objects, OBJECTS_AT_ONCE, async (object) => {
        let rows = 0;
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: object.key }));
        for await (const row of readRows(object, Body as Readable)) {
          await writer.add(row);
          rows += 1;
        }
        return { ...object, rows };
      });
      await writer.flush();
      return loaded;
    } finally {
      writer.close();
    }
  }

  #scan(tables: readonly string[]): ScanSize {
    const objects = tables.length === 0 ? [] : [...this.#loaded.values()];
    return {
      eventsScanned: objects.reduce((sum, { rows }) => sum + rows, 0),
      bytesScanned: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /** Waits for the reading under way. */
  async close(): Promise<void> {
    await this.#refreshed;
    this.#database.close();
  }
}

async function forget(connection: DuckDBConnection, objects: readonly ListedObject[]): Promise<void> {
  for (const { path } of objects)
    await connection.run(`DELETE FROM ${EVENTS} WHERE ${quoteName(PATH_COLUMN)} = $1`, [path]);
}
