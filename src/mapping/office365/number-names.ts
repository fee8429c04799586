import type { JsonObject } from '../audit-event.ts';
import { scalarText } from '../json-value.ts';
import { memberOf } from './member-of.ts';
import { RECORD_TYPES, USER_TYPES_365 } from './record-types.ts';

function nameOf(record: JsonObject, member: string, names: ReadonlyMap<number, string>): string | undefined {
  const text = scalarText(memberOf(record, member));
  if (text === undefined) return undefined;
  // Some exports write the name instead of the number.
  return /^\d{1,6}$/.test(text) ? names.get(Number(text)) : [...names.values()].find((name) => name === text);
}

/** The documented name of `RecordType` (`ExchangeItem`). */
export function recordTypeName(record: JsonObject): string | undefined {
  return nameOf(record, 'RecordType', RECORD_TYPES);
}

/** The documented name of `UserType` (`Admin`). */
export function userTypeName(record: JsonObject): string | undefined {
  return nameOf(record, 'UserType', USER_TYPES_365);
}
