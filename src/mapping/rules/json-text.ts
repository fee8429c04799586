import type { JsonValue } from '../audit-event.ts';
import { parseExactly } from '../exact-number.ts';
import { findRepeatedMembers } from '../repeated-members.ts';
import { scanJson } from '../scan-json.ts';

/** A JSON text that stands as a value in a record. */
export interface JsonText {
  readonly value: JsonValue;
  /** Paths of names that stand more than once in one object of it: only the last value is in `value`. */
  readonly repeated: () => readonly string[];
}

/** Deepest text that is looked into; Azure's own stay below 20. */
const MAX_NESTING = 50;

/** What begins like a text with members in it, or like the text of such a text. */
const BEGINS_LIKE_MEMBERS = /^"?[\s\\]*(?:\{|\[[\s\\]*[{["])/;

/**
 * Reads the JSON text of an object, an array or another text. Undefined for a text that is no such thing;
 * `unreadable` for one that looks like it and cannot be read, as one that was cut off.
 */
export function readJsonText(text: string): JsonText | 'unreadable' | undefined {
  const begin = text.trimStart();
  if (!/^["{[]/.test(begin)) return undefined;
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return BEGINS_LIKE_MEMBERS.test(begin) ? 'unreadable' : undefined;
  }
  const { depth, hasDelicateNumber } = scanJson(text);
  if (depth > MAX_NESTING) return 'unreadable';
  return {
    value: hasDelicateNumber ? parseExactly(text) : value,
    repeated: () => findRepeatedMembers(text),
  };
}
