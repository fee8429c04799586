import type { JsonObject, JsonValue } from './audit-event.ts';
import { childPath } from './json-pointer.ts';
import { arrayOf, objectOf, setMember } from './json-value.ts';
import { MAX_NESTING } from './parse-record.ts';
import { scanJson } from './scan-json.ts';

/** Most texts of one record that are parsed in place: their paths are listed in the event, which has little room. */
export const MAX_PARSED_TEXTS = 32;

/** Deepest JSON text that is parsed in place, so that record and text together stay below {@link MAX_NESTING}. */
const MAX_TEXT_NESTING = MAX_NESTING / 2;

/**
 * The value of a JSON text, when writing it again gives the very same text. Scalars other than strings stay text: a
 * `statusMessage` of `404` is no number.
 */
function parseSame(text: string): { value: JsonValue } | undefined {
  const first = text.charCodeAt(0);
  if (first !== 0x7b && first !== 0x5b && first !== 0x22) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    if (scanJson(text).depth > MAX_TEXT_NESTING) return undefined;
    return JSON.stringify(value) === text ? { value } : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces JSON texts of a record by their values and keeps the paths, so that they can be made texts again. */
class TextParser {
  readonly paths: string[] = [];

  parse(holder: JsonObject, name: string, path: string): void {
    const text = holder[name];
    if (typeof text !== 'string' || this.paths.length >= MAX_PARSED_TEXTS) return;
    const parsed = parseSame(text);
    if (parsed === undefined) return;
    setMember(holder, name, parsed.value);
    this.paths.push(path);
  }
}

/** `targetResources[].modifiedProperties[].oldValue` and `newValue`: Entra writes values as JSON text. */
function parseModifiedProperties(parser: TextParser, body: JsonObject, place: string): void {
  arrayOf(body['targetResources']).forEach((resource, resourceIndex) => {
    arrayOf(objectOf(resource)?.['modifiedProperties']).forEach((entry, index) => {
      const modified = objectOf(entry);
      if (modified === undefined) return;
      const path = `${place}/targetResources/${resourceIndex}/modifiedProperties/${index}`;
      parser.parse(modified, 'oldValue', `${path}/oldValue`);
      parser.parse(modified, 'newValue', `${path}/newValue`);
    });
  });
}

/**
 * Parses in place what people query and Azure writes as JSON text, so that SQL can reach into it, and returns the
 * paths. Changes `record`. `names`: members of `properties`, of the record itself when it `isFlat`. A text stays as it is when parsing and writing it would not give the same text.
 */
export function parseEmbedded(record: JsonObject, names: readonly string[], isFlat: boolean): string[] {
  const parser = new TextParser();
  const place = isFlat ? '' : '/properties';
  if (!isFlat) parser.parse(record, 'identity', '/identity');
  const body = isFlat ? record : objectOf(record['properties']);
  if (body === undefined) {
    parser.parse(record, 'properties', '/properties');
    return parser.paths;
  }
  for (const name of names) parser.parse(body, name, childPath(place, name));
  parseModifiedProperties(parser, body, place);
  return parser.paths;
}

/** Makes the values at `paths` JSON texts again; paths that are not there any more are passed over. */
export function writeEmbedded(record: JsonObject, paths: readonly string[][]): void {
  for (const steps of paths) {
    const last = steps.at(-1);
    if (last === undefined) continue;
    let holder: JsonValue | undefined = record;
    for (const step of steps.slice(0, -1)) {
      holder = Array.isArray(holder) ? holder[Number(step)] : objectOf(holder)?.[step];
    }
    const members = objectOf(holder);
    if (members !== undefined && Object.hasOwn(members, last)) {
      setMember(members, last, JSON.stringify(members[last]));
    }
  }
}
