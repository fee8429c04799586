import { QueryStatementError } from '../service-error.ts';
import { closingParenthesis, splitAtCommas } from './trino-nesting.ts';
import { is, type Token } from './trino-tokens.ts';

const SAME_NAME = new Set([
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'INT',
  'BIGINT',
  'REAL',
  'DOUBLE',
  'DATE',
  'JSON',
  'UUID',
]);

/**
 * A type as Trino writes it in CAST, in DuckDB's words: `ARRAY(VARCHAR)` is `VARCHAR[]`, `ROW(a BIGINT)` is
 * `STRUCT(a BIGINT)`. https://trino.io/docs/current/language/types.html
 * @throws {QueryStatementError} on a type that DuckDB has not.
 */
export function translateType(tokens: readonly Token[]): string {
  const [first] = tokens;
  const name = first?.text.toUpperCase() ?? '';
  const close = is(tokens[1], '(') ? closingParenthesis(tokens, 1) : undefined;
  const parameters = close === undefined ? [] : splitAtCommas(tokens.slice(2, close));
  const rest = tokens.slice(close === undefined ? 1 : close + 1);

  if (name === 'TIMESTAMP') {
    const zoned = rest.length > 0 && is(rest[0], 'WITH');
    return zoned ? 'TIMESTAMPTZ' : 'TIMESTAMP';
  }
  if (rest.length === 0) {
    if (close === undefined && SAME_NAME.has(name)) return name;
    if (name === 'VARCHAR' || name === 'CHAR') return 'VARCHAR';
    if (name === 'VARBINARY') return 'BLOB';
    if (name === 'TIME') return 'TIME';
    if (name === 'DECIMAL') {
      return `DECIMAL(${parameters.map((each) => each[0]?.text ?? '').join(', ') || '38, 0'})`;
    }
    if (name === 'ARRAY' && parameters[0] !== undefined) return `${translateType(parameters[0])}[]`;
    if (name === 'MAP') return `MAP(${parameters.map((each) => translateType(each)).join(', ')})`;
    if (name === 'ROW') {
      return `STRUCT(${parameters.map((each) => `${each[0]?.text ?? ''} ${translateType(each.slice(1))}`).join(', ')})`;
    }
  }
  throw new QueryStatementError(`Unknown type: ${tokens.map((each) => each.text).join(' ')}`);
}
