import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import type { TranslatedQuery } from './trino-to-duckdb.ts';
import { toTrinoText } from './trino-values.ts';

/** Rows of a query as Lake gives them: every value a text, NULL as null. */
export interface QueryResult {
  readonly columns: string[];
  readonly rows: (string | null)[][];
}

/** How much of the store a query reads. */
export interface ScanSize {
  readonly eventsScanned: number;
  /** Bytes of `eventData` as sent; of events from before a restart the size of the stored columns' text. */
  readonly bytesScanned: number;
}

/** What of a translation tells the names of the result's columns. */
export type QueryNames = Pick<TranslatedQuery, 'quotedNames' | 'writtenNames'>;

/** An interrupt that comes before DuckDB began with the query is lost, so it is repeated, ms. */
const INTERRUPT_EVERY = 50;

/** A SELECT that passed every check, on a connection of its own. Ends with exactly one `run` or `discard`. */
export class PreparedQuery {
  readonly scan: ScanSize;
  readonly #connection: DuckDBConnection;
  readonly #prepared: DuckDBPreparedStatement;
  readonly #names: QueryNames;
  #cancelled = false;
  #interrupts: NodeJS.Timeout | undefined;

  constructor(
    connection: DuckDBConnection,
    prepared: DuckDBPreparedStatement,
    names: QueryNames,
    scan: ScanSize,
  ) {
    this.#connection = connection;
    this.#prepared = prepared;
    this.#names = names;
    this.scan = scan;
  }

  /** @throws what DuckDB throws at run time, and after `cancel`. */
  async run(): Promise<QueryResult> {
    try {
      if (this.#cancelled) throw new Error('The query was cancelled');
      const reader = await this.#prepared.runAndReadAll();
      const types = reader.columnTypes();
      const columns = reader.columnNames().map((name, index) => this.#columnName(name, index));
      const rows = reader
        .getRows()
        .map((row) =>
          row.map((value, index) => toTrinoText(value, types[index] ?? reader.columnType(index))),
        );
      return { columns, rows };
    } finally {
      clearInterval(this.#interrupts);
      this.discard();
    }
  }

  /** Stops `run`, which then rejects; before `run`, makes it reject at once. */
  cancel(): void {
    this.#cancelled = true;
    this.#connection.interrupt();
    this.#interrupts ??= setInterval(() => this.#connection.interrupt(), INTERRUPT_EVERY);
  }

  /** Lets go of a query that shall not run. */
  discard(): void {
    this.#prepared.destroySync();
    this.#connection.closeSync();
  }

  /**
   * A column is named as the statement writes it (DuckDB would say `eventtime`), an expression without a name
   * `_col0`, `_col1`... by its place (DuckDB would repeat the expression).
   */
  #columnName(name: string, index: number): string {
    const { quotedNames, writtenNames } = this.#names;
    const written = writtenNames[index];
    if (written?.toLowerCase() === name.toLowerCase()) return written;
    const isName = quotedNames.has(name) || (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && name !== 'NULL');
    return isName ? name : `_col${index}`;
  }
}
