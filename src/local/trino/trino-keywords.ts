import { is, type Token } from './trino-tokens.ts';

/** Words that may stand before a parenthesis and are no function. */
const KEYWORDS = new Set(
  (
    'ALL AND ANY AS ASC BETWEEN BY CASE CROSS CUBE DESC DISTINCT ELSE END ESCAPE EXCEPT EXISTS FETCH FIRST ' +
    'FROM FULL GROUP HAVING IN INNER INTERSECT INTO IS JOIN LATERAL LEFT LIKE LIMIT NATURAL NEXT NOT NULL OFFSET ON ' +
    'OR ORDER OUTER OVER PARTITION RANGE RECURSIVE RIGHT ROLLUP ROWS SELECT SETS SOME THEN UNION USING VALUES WHEN ' +
    'WHERE WINDOW WITH WITHIN'
  ).split(' '),
);

/** True for a word of the grammar itself: a parenthesis after it opens no call. */
export function isKeyword(token: Token): boolean {
  return token.kind === 'word' && KEYWORDS.has(token.text.toUpperCase());
}

/** True for the name in `AS t (k, v)`, `) t (k, v)` and `WITH t (k, v) AS (`: no call, but names for columns. */
export function namesColumns(tokens: readonly Token[], index: number, close: number): boolean {
  const before = tokens[index - 1];
  if (before === undefined) return false;
  if (is(before, 'AS', ')') || before.kind === 'store' || before.kind === 'quoted') return true;
  if (is(before, 'WITH', 'RECURSIVE', ',')) return is(tokens[close + 1], 'AS') && is(tokens[close + 2], '(');
  return before.kind === 'word' && !isKeyword(before);
}
