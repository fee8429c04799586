import type { JsonObject } from './audit-event.ts';
import { isDerived, type EventMaps, type MapName } from './derived-members.ts';
import { SHARED_MEMBERS, type Family } from './families/family.ts';
import { objectOf, setMember } from './json-value.ts';

/** The `properties` of a map, made when it is not there yet. */
function propertiesOf(map: JsonObject): JsonObject {
  const present = objectOf(map['properties']);
  if (present !== undefined) return present;
  const properties: JsonObject = {};
  map['properties'] = properties;
  return properties;
}

/** Where a top-level member goes: in a flat record those of the body stand at the top. */
function mapOf(name: string, family: Family, isFlat: boolean): MapName {
  const bodyMap = isFlat ? family.body.get(name) : undefined;
  return bodyMap ?? family.members?.get(name) ?? SHARED_MEMBERS.get(name) ?? 'additionalEventData';
}

/**
 * Puts each member of the record in exactly one place, under its own name and nesting: by the family's routes, else in
 * `additionalEventData`. A `properties` that is no object, or was JSON text, stays whole, so that it can be written
 * again as it was.
 */
export function placeMembers(
  record: JsonObject,
  family: Family,
  parsed: readonly string[],
  isFlat: boolean,
): EventMaps {
  const maps: EventMaps = {
    details: {},
    requestParameters: {},
    responseElements: {},
    additionalEventData: {},
  };
  const rest = maps.additionalEventData;

  for (const name of Object.keys(record)) {
    const value = record[name]!;
    const properties = name === 'properties' && !parsed.includes('/properties') ? objectOf(value) : undefined;
    if (properties !== undefined) {
      placeProperties(properties, family, maps);
      continue;
    }
    const map = mapOf(name, family, isFlat);
    if (isDerived(map, name)) {
      rest['record'] ??= {};
      setMember(rest['record'] as JsonObject, name, value);
    } else {
      setMember(maps[map], name, value);
    }
  }
  return maps;
}

function placeProperties(properties: JsonObject, family: Family, maps: EventMaps): void {
  const names = Object.keys(properties);
  if (names.length === 0) propertiesOf(maps.additionalEventData);
  for (const name of names) {
    const map = maps[family.body.get(name) ?? 'additionalEventData'];
    setMember(propertiesOf(map), name, properties[name]!);
  }
}
