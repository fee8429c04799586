import type { EventData, JsonObject, JsonValue } from './audit-event.ts';
import { isDerived, type MapName } from './derived-members.ts';
import { writeEmbedded } from './embedded-json.ts';
import { pathSteps } from './json-pointer.ts';
import { arrayOf, objectOf, setMember } from './json-value.ts';

/** A copy that shares nothing with the event, so that writing texts again leaves the event as it is. */
function copyOf(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(copyOf);
  const members = objectOf(value);
  if (members === undefined) return value;
  const copy: JsonObject = {};
  for (const name of Object.keys(members)) setMember(copy, name, copyOf(members[name]!));
  return copy;
}

function addMember(record: JsonObject, name: string, value: JsonValue): void {
  const present = name === 'properties' ? objectOf(record[name]) : undefined;
  const added = present === undefined ? undefined : objectOf(value);
  if (present === undefined || added === undefined) {
    setMember(record, name, copyOf(value));
    return;
  }
  for (const member of Object.keys(added)) setMember(present, member, copyOf(added[member]!));
}

/**
 * The record from which an audit event was made. All of it, except for the paths that
 * `additionalEventData.omitted` names: an omitted member is absent, an omitted element of an array is null.
 */
export function rebuildRecord(eventData: EventData): JsonValue {
  const rest = eventData.additionalEventData ?? {};
  const maps: readonly [MapName, JsonObject][] = [
    ['details', eventData.userIdentity.details ?? {}],
    ['requestParameters', eventData.requestParameters ?? {}],
    ['responseElements', eventData.responseElements ?? {}],
    ['additionalEventData', rest],
  ];

  const record: JsonObject = {};
  for (const [map, members] of maps) {
    for (const name of Object.keys(members)) {
      if (!isDerived(map, name)) addMember(record, name, members[name]!);
    }
  }
  const own = objectOf(rest['record']) ?? {};
  for (const name of Object.keys(own)) addMember(record, name, own[name]!);

  const paths = arrayOf(rest['parsed']).filter((path) => typeof path === 'string');
  writeEmbedded(record, paths.map(pathSteps));
  return record;
}
