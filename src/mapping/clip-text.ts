import { utf8Length } from './target-schema.ts';

/** Longest derived text inside a map, in bytes of JSON: what it repeats stands whole elsewhere in the event. */
export const MAX_DERIVED_BYTES = 1024;

/** The longest start of `text` that fits `limit` UTF-8 bytes and ends between two characters. */
export function clipText(text: string, limit: number): string {
  // A UTF-16 unit takes at most three bytes, so most texts need no counting.
  if (text.length * 3 <= limit || utf8Length(text) <= limit) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Length(character);
    if (bytes > limit) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** The longest start of `text` whose JSON form, without its quotes, fits `limit` bytes. */
export function clipJsonText(text: string, limit: number = MAX_DERIVED_BYTES): string {
  // A UTF-16 unit takes at most six bytes of JSON (`\u0001`).
  if (text.length * 6 <= limit) return text;
  if (text.length <= limit && utf8Length(JSON.stringify(text)) - 2 <= limit) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Length(JSON.stringify(character)) - 2;
    if (bytes > limit) break;
    end += character.length;
  }
  return text.slice(0, end);
}
