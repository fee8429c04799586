/**
 * Longest list of rules, characters: four of them have to fit beside the other variables into the 4 KB that Lambda
 * gives all environment variables of a function.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_LIST_LENGTH = 512;

/** A list of rules that was read, or everything that is wrong with it. */
export type Parsed<Rules> = { readonly rules: Rules } | { readonly problems: readonly string[] };

/** One rule of a list: its place, counted from 1, and its text. */
export interface Entry {
  readonly place: number;
  readonly text: string;
}

/** The text split at `separator`, but not between double quotes; without the blanks around the parts. */
export function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '"') isQuoted = !isQuoted;
    if (text[index] !== separator || isQuoted) continue;
    parts.push(text.slice(start, index).trim());
    start = index + 1;
  }
  parts.push(text.slice(start).trim());
  return parts;
}

/**
 * Reads a comma-separated list, entry by entry, and gathers all problems. `parse` gives a rule, or a text that says what
 * is wrong. An empty list has no rules. No problem repeats the list: it might be a secret in the wrong place.
 */
export function parseList<Rule extends object>(
  list: string,
  parse: (entry: Entry) => Rule | string,
): Parsed<readonly Rule[]> {
  if (list.trim() === '') return { rules: [] };
  if (list.length > MAX_LIST_LENGTH) {
    return { problems: [`has ${list.length} characters, at most ${MAX_LIST_LENGTH} are possible`] };
  }
  if (!/^[\x20-\x7e]*$/.test(list)) {
    return { problems: ['has characters that are not printable ASCII; write * in their place'] };
  }
  const rules: Rule[] = [];
  const problems: string[] = [];
  for (const [index, text] of splitOutsideQuotes(list, ',').entries()) {
    const place = index + 1;
    const rule = text === '' ? 'is empty' : parse({ place, text });
    if (typeof rule === 'string') problems.push(`entry ${place} ${rule}`);
    else rules.push(rule);
  }
  return problems.length > 0 ? { problems } : { rules };
}
