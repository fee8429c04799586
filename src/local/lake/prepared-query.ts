import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
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

/** An interrupt that comes before DuckDB began with the query is lost, so it is repeated, ms. */
const INTERRUPT_EVERY = 50;

/** A SELECT that passed every check, on a connection of its own. Ends with exactly one `run` or `discard`. */
export class PreparedQuery {
  readonly scan: ScanSize;
  readonly #connection: DuckDBConnection;
  readonly #prepared: DuckDBPreparedStatement;
  readonly #quotedNames: ReadonlySet<string>;
  #cancelled = false;
  #interrupts: NodeJS.Timeout | undefined;

  constructor(
    connection: DuckDBConnection,
    prepared: DuckDBPreparedStatement,
    quotedNames: ReadonlySet<string>,
    scan: ScanSize,
  ) {
    this.#connection = connection;
    this.#prepared = prepared;
    this.#quotedNames = quotedNames;
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

  /** An expression without a name is `_col0`, `_col1`... by its place; DuckDB repeats the expression instead. */
  #columnName(name: string, index: number): string {
    const isName = this.#quotedNames.has(name) || (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && name !== 'NULL');
    return isName ? name : `_col${index}`;
  }
}
