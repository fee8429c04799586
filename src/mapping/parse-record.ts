import type { JsonObject, JsonValue } from './audit-event.ts';
import { parseExactly } from './exact-number.ts';
import { objectOf } from './json-value.ts';
import type { Rejection } from './reject-reason.ts';
import { findRepeatedMembers } from './repeated-members.ts';
import { scanJson } from './scan-json.ts';

/** Deepest nesting that is read. Azure's own stay below 20; readers of JSON commonly stop between 64 and 1000. */
export const MAX_NESTING = 100;

/** A record read from its bytes. */
export interface ParsedRecord {
  readonly record: JsonObject;
  /** Paths of names written more than once in one object: only the last value is in `record`. */
  readonly repeated: readonly string[];
}

// `fatal`: bytes that are not UTF-8 are an error instead of U+FFFD. A leading BOM is taken off.
const decoder = new TextDecoder('utf-8', { fatal: true });

function reject(reason: Rejection['reason'], message: string): Rejection {
  return { reason, message };
}

function countMembers(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const element of value) count += countMembers(element);
    return count;
  }
  const names = Object.keys(value);
  count = names.length;
  for (const name of names) {
    const member = value[name];
    if (typeof member === 'object' && member !== null) count += countMembers(member);
  }
  return count;
}

/**
 * The record in `bytes` (one record, its line ending stripped), with every number exact, or why it can never be read.
 * Never throws; messages hold nothing of the record.
 */
export function parseRecord(bytes: Uint8Array): ParsedRecord | Rejection {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return reject('INVALID_UTF8', `The ${bytes.length} bytes of the record are not UTF-8.`);
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    // The engine's message quotes the text, so it is not passed on.
    return reject('NOT_JSON', `The ${bytes.length} bytes of the record are not JSON.`);
  }
  const first = objectOf(value);
  if (first === undefined) return reject('NOT_AN_OBJECT', 'The record is JSON, but not an object.');

  const { members, depth, hasDelicateNumber } = scanJson(text);
  if (depth > MAX_NESTING) {
    return reject(
      'NESTED_TOO_DEEP',
      `The record is nested ${depth} levels deep, at most ${MAX_NESTING} are read.`,
    );
  }
  const repeated = countMembers(first) === members ? [] : findRepeatedMembers(text);
  const record = hasDelicateNumber ? objectOf(parseExactly(text)) : first;
  return { record: record ?? first, repeated };
}

/** JSON text with every number exact, for readers of `eventData`. Throws `SyntaxError` when it is not JSON. */
export function parseJson(text: string): JsonValue {
  return parseExactly(text);
}
