import { splitAtCommas } from './trino-nesting.ts';
import { is, type Token } from './trino-tokens.ts';

/** Words that end a select list. */
const AFTER_THE_LIST = [
  'FROM',
  'UNION',
  'EXCEPT',
  'INTERSECT',
  'WHERE',
  'GROUP',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'FETCH',
];

/**
 * The last name of each item in the outermost select list, in the letter case of the statement: a column, a field or
 * an alias. Undefined for an item that ends otherwise; the list stops before a `*`, whose columns nobody wrote.
 */
export function writtenNames(tokens: readonly Token[]): (string | undefined)[] {
  const first = firstOutside(tokens, 0, 'SELECT');
  if (first < 0) return [];
  const start = is(tokens[first + 1], 'DISTINCT', 'ALL') ? first + 2 : first + 1;
  const end = firstOutside(tokens, start, ...AFTER_THE_LIST);
  const items = splitAtCommas(tokens.slice(start, end < 0 ? tokens.length : end));
  const star = items.findIndex((item) => is(item.at(-1), '*'));
  return items.slice(0, star < 0 ? items.length : star).map((item) => {
    const last = item.at(-1);
    return last?.kind === 'word' && !is(last, 'NULL') ? last.text : undefined;
  });
}

/** Index of the first of these words outside all parentheses, from `start` on, or -1. */
function firstOutside(tokens: readonly Token[], start: number, ...words: readonly string[]): number {
  let depth = 0;
  for (let index = start; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (is(token, '(', '[')) depth += 1;
    if (is(token, ')', ']')) depth -= 1;
    if (depth === 0 && is(token, ...words)) return index;
  }
  return -1;
}
