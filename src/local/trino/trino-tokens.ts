import { QueryStatementError } from '../service-error.ts';

/**
 * One token of a Trino SELECT. `text` is the exact source. `store` is an event data store named by its id or ARN
 * without quotes, which no SQL grammar allows, and Lake does.
 */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'store' | 'symbol';
  readonly text: string;
  /** Position in the statement, UTF-16 units. */
  readonly at: number;
}

const STORE_ID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}';
const SKIPPED = /(?:\s+|--[^\n]*|\/\*[^]*?\*\/)+/y;
/** Tried in this order: an id may begin like a number (`1e2d...`), so it comes first. */
const TOKEN_FORMS: readonly (readonly [Token['kind'], RegExp])[] = [
  [
    'store',
    new RegExp(`(?:arn:[\\w-]+:cloudtrail:[\\w-]*:\\d{12}:eventdatastore/)?${STORE_ID}(?![\\w-])`, 'iy'),
  ],
  ['string', /'(?:[^']|'')*'/y],
  ['quoted', /"(?:[^"]|"")+"/y],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?(?!\w)/iy],
  ['word', /[\p{L}_][\p{L}\p{N}_]*/uy],
  // What Trino has; DuckDB's own operators (`::`, `**`, `{`, `$`) must not slip through.
  ['symbol', /<>|<=|>=|!=|\|\||->|[-+*/%=<>(),.;[\]]/y],
];

/** `line 1:8`: where in the statement, as Trino says it. */
export function positionIn(sql: string, at: number): string {
  const before = sql.slice(0, at).split('\n');
  return `line ${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

/**
 * The tokens of a statement, without white space and comments, which may stand anywhere.
 * @throws {QueryStatementError} on a character that no Trino SELECT holds, and on an unclosed string.
 */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    SKIPPED.lastIndex = at;
    const skipped = SKIPPED.exec(sql);
    if (skipped !== null) {
      at += skipped[0].length;
      continue;
    }
    const token = tokenAt(sql, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(sql: string, at: number): Token {
  for (const [kind, form] of TOKEN_FORMS) {
    form.lastIndex = at;
    const match = form.exec(sql);
    if (match !== null) return { kind, text: match[0], at };
  }
  throw new QueryStatementError(`${positionIn(sql, at)}: mismatched input '${sql.charAt(at)}'`);
}

/** The value of a string literal token: without its quotes, doubled quotes undone. */
export function literalText(token: Token): string {
  return token.text.slice(1, -1).replaceAll("''", "'");
}

/** A string literal of SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** An identifier of SQL, in double quotes. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** True when the token is this symbol, or this word in any letter case. */
export function is(token: Token | undefined, ...texts: readonly string[]): boolean {
  return (
    token !== undefined &&
    (token.kind === 'symbol' || token.kind === 'word') &&
    texts.includes(token.text.toUpperCase())
  );
}
