import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import { insertStatement, type StructType } from '../lake/lake-schema.ts';

/** UTF-16 units of JSON that one INSERT takes at most, but for a single row: what waits in memory. */
const BATCH_LENGTH = 4 * 1024 * 1024;

/** Inserts rows into a table, many at a time, in any order. */
export class RowWriter {
  readonly #insert: DuckDBPreparedStatement;
  #waiting: string[] = [];
  #length = 0;
  #written: Promise<unknown> = Promise.resolve();

  private constructor(insert: DuckDBPreparedStatement) {
    this.#insert = insert;
  }

  /** `table`: as DuckDB writes it, with its quotes. */
  static async open(connection: DuckDBConnection, table: string, columns: StructType): Promise<RowWriter> {
    return new RowWriter(await connection.prepare(insertStatement(table, columns)));
  }

  /** Takes a row as JSON text; resolves when there is room for the next one. */
  async add(row: string): Promise<void> {
    this.#waiting.push(row);
    this.#length += row.length;
    if (this.#length >= BATCH_LENGTH) await this.flush();
  }

  /** Resolves when every row is in the table. Throws DuckDB's error of an insert. */
  async flush(): Promise<void> {
    const rows = this.#waiting;
    this.#waiting = [];
    this.#length = 0;
    this.#written = this.#written.then(() => this.#write(rows));
    await this.#written;
  }

  async #write(rows: readonly string[]): Promise<void> {
    if (rows.length === 0) return;
    this.#insert.bindVarchar(1, `[${rows.join(',')}]`);
    await this.#insert.run();
  }

  close(): void {
    this.#insert.destroySync();
  }
}
