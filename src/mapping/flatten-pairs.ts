import type { JsonObject, JsonValue } from './audit-event.ts';
import { clipJsonText } from './clip-text.ts';
import { arrayOf, objectOf, scalarText, setMember, textOf } from './json-value.ts';
import { utf8Length } from './target-schema.ts';

/** Most that a flattened list may have, bytes of JSON: it repeats what stands whole in the record's own list. */
export const MAX_FLAT_LIST_BYTES = 3000;

/** Where the name and the value of an entry stand, first choice first. */
export interface PairNames {
  readonly name: readonly string[];
  readonly value: readonly string[];
}

/** `{Name, Value}` of Office 365, `{key, value}` of Microsoft Graph. */
export const NAME_VALUE: PairNames = { name: ['Name', 'Key', 'key'], value: ['Value', 'value'] };

/** `{Name, NewValue, OldValue}` of Office 365, `{displayName, newValue, oldValue}` of Microsoft Graph. */
export const NAME_NEW_VALUE: PairNames = { name: ['Name', 'displayName'], value: ['NewValue', 'newValue'] };

function firstOf(entry: JsonObject, names: readonly string[]): JsonValue | undefined {
  const name = names.find((each) => entry[each] !== undefined);
  return name === undefined ? undefined : entry[name];
}

/** Longest JSON text that is looked into, characters. */
const MAX_WRAPPED = 1024;

/** The string in JSON text that is one, or a list of one: Entra writes `"\"Admin\""` and `"[\"Admin\"]"`. */
function unwrapped(text: string): string | undefined {
  if (text.length > MAX_WRAPPED || !/^(?:"|\[\s*")/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    const [first, ...others] = Array.isArray(value) ? value : [value];
    return others.length === 0 ? textOf(first) : undefined;
  } catch {
    return undefined;
  }
}

function valueText(value: JsonValue | undefined): string | undefined {
  const text = scalarText(value);
  if (text !== undefined) return unwrapped(text) ?? text;
  const isEmpty = objectOf(value) === undefined && arrayOf(value).length === 0;
  return isEmpty ? undefined : JSON.stringify(value);
}

/**
 * Lists of named values as one object of texts, so that SQL can filter by name: of a name that is there twice the first
 * value, values clipped, and what goes beyond {@link MAX_FLAT_LIST_BYTES} left out. Nothing for lists without names.
 */
export function flattenPairs(
  names: PairNames,
  ...lists: readonly (JsonValue | undefined)[]
): JsonObject | undefined {
  const flat: JsonObject = {};
  let bytes = 2;
  let count = 0;
  for (const entry of lists.flatMap(arrayOf)) {
    const pair = objectOf(entry);
    const name = pair === undefined ? undefined : textOf(firstOf(pair, names.name));
    const text = pair === undefined ? undefined : valueText(firstOf(pair, names.value));
    if (name === undefined || text === undefined || Object.hasOwn(flat, name)) continue;
    const value = clipJsonText(text);
    const size = utf8Length(JSON.stringify(name)) + utf8Length(JSON.stringify(value)) + 2;
    if (bytes + size > MAX_FLAT_LIST_BYTES) continue;
    setMember(flat, name, value);
    bytes += size;
    count += 1;
  }
  return count === 0 ? undefined : flat;
}
