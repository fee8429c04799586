import { QueryStatementError } from '../service-error.ts';
import { is, type Token } from './trino-tokens.ts';

/**
 * Index of the parenthesis that closes the one at `open`.
 * @throws {QueryStatementError} when nothing closes it.
 */
export function closingParenthesis(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    if (is(tokens[index], '(')) depth += 1;
    if (is(tokens[index], ')')) depth -= 1;
    if (depth === 0) return index;
  }
  throw new QueryStatementError("mismatched input '<EOF>'. Expecting: ')'");
}

/** Index of the last of these words or symbols outside all parentheses and brackets, or -1. */
export function lastOutside(tokens: readonly Token[], ...texts: readonly string[]): number {
  let depth = 0;
  let found = -1;
  for (const [index, token] of tokens.entries()) {
    if (is(token, '(', '[')) depth += 1;
    if (is(token, ')', ']')) depth -= 1;
    if (depth === 0 && is(token, ...texts)) found = index;
  }
  return found;
}

/** The parts between the commas that stand outside all parentheses and brackets; no part when there is no token. */
export function splitAtCommas(tokens: readonly Token[]): Token[][] {
  if (tokens.length === 0) return [];
  const parts: Token[][] = [];
  let rest = tokens;
  for (let comma = lastOutside(rest, ','); comma >= 0; comma = lastOutside(rest, ',')) {
    parts.unshift(rest.slice(comma + 1));
    rest = rest.slice(0, comma);
  }
  return [[...rest], ...parts];
}
