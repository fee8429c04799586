import type { DuckDBConnection } from '@duckdb/node-api';
import { createTableStatement, LAKE_COLUMNS } from '../lake/lake-schema.ts';
import type { QueryResult } from '../trino/prepared-query.ts';
import { quoteName } from '../trino/trino-tokens.ts';
import { RowWriter } from './row-writer.ts';

/** An event data store that Athena can read too. */
export interface FederatedLake {
  readonly eventDataStoreId: string;
  /** Runs a SELECT of Lake. */
  query(statement: string): Promise<QueryResult>;
}

/**
 * Database of the event data stores in the Glue catalog; a table's name is the id of its store.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-federation.html
 */
export const LAKE_DATABASE = 'aws:cloudtrail';

/** Events that one SELECT brings over. */
const PAGE_SIZE = 1000;

/** The columns as texts: a struct as JSON, since a result holds texts only. */
const SELECT_LIST = Object.entries(LAKE_COLUMNS)
  .map(([name, type]) => {
    if (typeof type !== 'string') return `json_format(CAST(${name} AS JSON)) AS ${name}`;
    return type === 'VARCHAR' ? name : `CAST(${name} AS varchar) AS ${name}`;
  })
  .join(', ');

function rowOf(columns: readonly string[], values: readonly (string | null)[]): string {
  const members = Object.entries(LAKE_COLUMNS).map(([name, type]): [string, unknown] => {
    const value = values[columns.indexOf(name)] ?? null;
    return [name, typeof type === 'string' || value === null ? value : JSON.parse(value)];
  });
  return JSON.stringify(Object.fromEntries(members));
}

/** Copies the events of Lake, as they are now, into the table `"aws:cloudtrail"."<id>"`. */
export async function copyLakeEvents(connection: DuckDBConnection, lake: FederatedLake): Promise<void> {
  const { eventDataStoreId } = lake;
  const table = `${quoteName(LAKE_DATABASE)}.${quoteName(eventDataStoreId)}`;
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quoteName(LAKE_DATABASE)}`);
  await connection.run(`DROP TABLE IF EXISTS ${table}`);
  await connection.run(createTableStatement(table, LAKE_COLUMNS));
  const writer = await RowWriter.open(connection, table, LAKE_COLUMNS);
  try {
    for (let last = ''; ;) {
      const { columns, rows } = await lake.query(
        `SELECT ${SELECT_LIST} FROM ${eventDataStoreId} WHERE eventid > '${last}' ORDER BY eventid LIMIT ${PAGE_SIZE}`,
      );
      for (const values of rows) await writer.add(rowOf(columns, values));
      if (rows.length < PAGE_SIZE) break;
      last = rows.at(-1)?.[columns.indexOf('eventid')] ?? '';
    }
    await writer.flush();
  } finally {
    writer.close();
  }
}
