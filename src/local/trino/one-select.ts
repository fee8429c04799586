import { QueryStatementError } from '../service-error.ts';
import { is, positionIn, type Token } from './trino-tokens.ts';

/** Words of DuckDB's own SQL that Trino has not. */
const NOT_TRINO = new Set(['ILIKE', 'QUALIFY', 'PIVOT', 'UNPIVOT', 'ASOF', 'GLOB', 'SIMILAR', 'POSITIONAL']);
/** Catalogs that DuckDB answers from and neither Lake nor Athena has like this. */
const CATALOG = /^"?(?:information_schema|pg_\w+|duckdb_\w+|sqlite_\w+|pragma_\w+)"?$/i;

/**
 * Refuses what is not one SELECT of Trino. `unquotedIds`: the id of an event data store may stand without quotes.
 * @throws {QueryStatementError}
 */
export function refuseOtherThanSelect(
  statement: string,
  tokens: readonly Token[],
  unquotedIds: boolean,
): void {
  const start = tokens.find((token) => !is(token, '('));
  if (!is(start, 'SELECT', 'WITH')) throw new QueryStatementError('Only a SELECT statement can be run');
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    const isOtherWord = token.kind === 'word' && NOT_TRINO.has(token.text.toUpperCase());
    const refused =
      is(token, ';') ||
      (token.kind === 'store' && !unquotedIds) ||
      (isOtherWord && !is(before, '.', 'AS')) ||
      (CATALOG.test(token.text) && is(before, 'FROM', 'JOIN', ',', '.'));
    if (refused)
      throw new QueryStatementError(`${positionIn(statement, token.at)}: mismatched input '${token.text}'`);
  }
}
