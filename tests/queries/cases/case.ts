/** Some columns of a row, by name. */
export type Row = Readonly<Record<string, string | null>>;

/** What a query of `queries/` answers about the evidence. */
export interface QueryCase {
  /** File, without `.sql`. */
  readonly name: string;
  /** Whom it asks about. */
  readonly principal?: string;
  readonly columns: readonly string[];
  /** Number of rows. */
  readonly total: number;
  /** Rows that must be there, by what they show. */
  readonly rows: Readonly<Record<string, Row>>;
  /** Rows that must not, by why not. */
  readonly without?: Readonly<Record<string, Row>>;
}

/** What stands for a principal that the record does not name. */
export const NOBODY = 'unknown (record names no principal)';
