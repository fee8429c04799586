import { DuckDBInstance, StatementType, type DuckDBConnection } from '@duckdb/node-api';
import { QueryStatementError, ServiceError } from '../service-error.ts';
import { PreparedQuery, type ScanSize } from './prepared-query.ts';
import { TRINO_MACROS } from './trino-macros.ts';
import { trinoToDuckDb, type TranslationContext } from './trino-to-duckdb.ts';

/** What a SELECT may read, and how its names are read. */
export interface QueryRules extends TranslationContext {
  /** Statements of DuckDB that come before, on the query's own connection. */
  readonly settings?: readonly string[];
  /** Says how much the query reads of these tables (names without schema); throws a ServiceError when it may not. */
  readonly scan: (tables: readonly string[]) => ScanSize;
}

/** No extension is ever loaded, no file or address is ever read by a query. */
const CLOSED_TO_THE_OUTSIDE = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  enable_external_access: 'false',
  threads: '2',
};
/** UTC as in AWS; `7 / 2` is 3 in Trino. */
const SETTINGS = ["SET TimeZone = 'UTC'", 'SET integer_division = true'];

const IN_MEMORY = ':memory:';
/** DuckDB's file lock keeps other processes out, but not a second instance in this one. */
const openFiles = new Set<string>();

/** A DuckDB database that runs the SELECTs of Trino, and can reach nothing but its own tables. */
export class TrinoDatabase {
  /** For tables and rows; queries have connections of their own. */
  readonly writer: DuckDBConnection;
  readonly #file: string;
  readonly #instance: DuckDBInstance;

  private constructor(file: string, instance: DuckDBInstance, writer: DuckDBConnection) {
    this.#file = file;
    this.#instance = instance;
    this.writer = writer;
  }

  /**
   * Opens the database of a file, or an empty one in memory.
   * @throws when this or another process has the file open.
   */
  static async open(file: string = IN_MEMORY): Promise<TrinoDatabase> {
    if (openFiles.has(file)) throw new Error(`This process has ${file} open`);
    const instance = await DuckDBInstance.create(file, CLOSED_TO_THE_OUTSIDE);
    if (file !== IN_MEMORY) openFiles.add(file);
    const writer = await instance.connect();
    await runAll(writer, TRINO_MACROS);
    return new TrinoDatabase(file, instance, writer);
  }

  /**
   * Checks a SELECT of Trino and prepares it.
   * @throws {QueryStatementError} when it is not a SELECT that Lake and Athena take.
   * @throws {ServiceError} what `rules.scan` throws.
   */
  async prepare(statement: string, rules: QueryRules): Promise<PreparedQuery> {
    const translated = trinoToDuckDb(statement, rules);
    const connection = await this.#instance.connect();
    try {
      await runAll(connection, [...SETTINGS, ...(rules.settings ?? [])]);
      const scan = rules.scan(connection.getTableNames(translated.sql, false));
      const prepared = await connection.prepare(translated.sql);
      if (prepared.statementType !== StatementType.SELECT) {
        throw new QueryStatementError('Only a SELECT statement can be run');
      }
      return new PreparedQuery(connection, prepared, translated, scan);
    } catch (error) {
      connection.closeSync();
      if (error instanceof ServiceError) throw error;
      throw new QueryStatementError(error instanceof Error ? error.message : String(error));
    }
  }

  close(): void {
    this.writer.closeSync();
    this.#instance.closeSync();
    openFiles.delete(this.#file);
  }
}

/** Runs statements of DuckDB one after the other. */
export async function runAll(connection: DuckDBConnection, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await connection.run(statement);
}
