import type { EventData, JsonObject, JsonValue } from '#mapping/audit-event.ts';
import { mapRecord, type MappingOutcome } from '#mapping/map-record.ts';
import { pathSteps } from '#mapping/json-pointer.ts';
import { sha256Hex } from '#mapping/ids.ts';
import { isRawNumber, objectOf } from '#mapping/json-value.ts';
import type { Origin } from '#mapping/origin.ts';
import { NO_RULES, type RecordRules } from '#mapping/rules/record-rules.ts';

export const ACCOUNT = '123456789012';

/** An origin with nothing special about it; its container says nothing. */
export function originOf(changes: Partial<Origin> = {}): Origin {
  return {
    account: 'auditlogs',
    container: '',
    name: 'y=2026/m=11/d=20/h=10/m=00/PT1H.json',
    generation: '2026-11-20T10:00:12Z',
    offset: 0,
    length: 100,
    ...changes,
  };
}

/** Maps bytes, JSON text or a value. */
export function mapOne(
  record: Uint8Array | string | object,
  origin: Partial<Origin> = {},
  rules: RecordRules = NO_RULES,
): MappingOutcome {
  const bytes =
    record instanceof Uint8Array
      ? record
      : Buffer.from(typeof record === 'string' ? record : JSON.stringify(record));
  return mapRecord({
    bytes,
    origin: originOf({ length: bytes.length, ...origin }),
    recipientAccountId: ACCOUNT,
    rules,
  });
}

/** Maps a record that must become an event. */
export function eventOf(
  record: Uint8Array | string | object,
  origin: Partial<Origin> = {},
  rules: RecordRules = NO_RULES,
): Extract<MappingOutcome, { outcome: 'event' }> {
  const outcome = mapOne(record, origin, rules);
  if (outcome.outcome === 'event') return outcome;
  throw new Error(`no event: ${JSON.stringify(outcome)}`);
}

/** The event data of a record that must become an event. */
export function eventDataOf(record: Uint8Array | string | object, origin: Partial<Origin> = {}): EventData {
  return eventOf(record, origin).event.eventData;
}

/** An Activity record with these members. */
export function administrative(members: JsonObject): JsonObject {
  return {
    time: '2026-11-20T10:00:12.1234567Z',
    category: 'Administrative',
    operationName: 'MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE',
    ...members,
  };
}

/** One text for equal JSON values, whatever the order of members; numbers kept as text stay text. */
export function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = objectOf(value);
  if (members === undefined || isRawNumber(value)) return JSON.stringify(value);
  const names = Object.keys(members).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(members[name]!)}`).join(',')}}`;
}

function pathsInside(value: JsonValue, path = '', paths: string[] = []): string[] {
  const entries: [string, JsonValue][] = Array.isArray(value)
    ? value.map((element, index) => [String(index), element])
    : Object.entries(objectOf(value) ?? {});
  for (const [name, inner] of entries) {
    const inside = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    paths.push(inside);
    pathsInside(inner, inside, paths);
  }
  return paths;
}

/** The record without the paths that an event names as omitted: members gone, elements null. */
export function withoutOmitted(record: JsonObject, omitted: readonly JsonValue[]): JsonObject {
  if (omitted.includes('')) return {};
  const paths = pathsInside(record);
  const hashes = new Map(paths.map((path) => [`sha256:${sha256Hex(path)}`, path]));
  for (const name of omitted) {
    const path = hashes.get(name as string) ?? (name as string);
    const steps = pathSteps(path);
    const last = steps.pop()!;
    let holder: JsonValue | undefined = record;
    for (const step of steps) holder = (holder as JsonObject)[step];
    if (Array.isArray(holder)) {
      holder[Number(last)] = null;
    } else if (objectOf(holder) === undefined || !Object.hasOwn(holder as JsonObject, last)) {
      throw new Error(`omitted names a path that the record does not have: ${path}`);
    } else {
      delete (holder as JsonObject)[last];
    }
  }
  return record;
}
