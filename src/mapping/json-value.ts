import type { JsonObject, JsonValue } from './audit-event.ts';

/** What TypeScript's library does not declare yet: numbers kept as the text they were written in. */
interface RawJson {
  rawJSON(text: string): JsonValue;
  isRawJSON(value: unknown): boolean;
}
const json = JSON as unknown as RawJson;

/** The kinds of JSON value, and `absent` for a member that is not there. */
export type JsonKind = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object' | 'absent';

/** A number that `JSON.stringify` writes exactly as `text`. */
export function rawNumber(text: string): JsonValue {
  return json.rawJSON(text);
}

/** True for a number kept as text by {@link rawNumber}; such a value is no object for anybody who reads it. */
export function isRawNumber(value: unknown): boolean {
  return typeof value === 'object' && value !== null && json.isRawJSON(value);
}

/** The value as a JSON object, or nothing (arrays and numbers kept as text are no objects). */
export function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)
    ? value
    : undefined;
}

/** The value as an array; empty when it is none. */
export function arrayOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** Text without the blanks around it that Azure sometimes writes; nothing when that leaves no text. */
export function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

/** Like {@link textOf}, and numbers and booleans as JSON writes them: Azure changes between `"403"` and `403`. */
export function scalarText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return isRawNumber(value) ? JSON.stringify(value) : undefined;
}

/** The first value that has text. */
export function firstText(...values: readonly (JsonValue | undefined)[]): string | undefined {
  for (const value of values) {
    const text = textOf(value);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Which kind of JSON value this is. */
export function kindOf(value: JsonValue | undefined): JsonKind {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isRawNumber(value)) return 'number';
  return typeof value as 'string' | 'number' | 'boolean' | 'object';
}

/** Sets a member by any name: `__proto__` too becomes a member of its own instead of changing the prototype. */
export function setMember(target: JsonObject, name: string, value: JsonValue): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[name] = value;
  }
}
