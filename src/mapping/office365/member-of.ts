import type { JsonObject, JsonValue } from '../audit-event.ts';

/** A member of an Office 365 record: by its documented name, else in lower case, as some tools hand names on. */
export function memberOf(record: JsonObject, name: string): JsonValue | undefined {
  return record[name] ?? record[name.toLowerCase()];
}
