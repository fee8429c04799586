import type { JsonObject } from './audit-event.ts';
import { isDerived, type EventMaps, type MapName } from './derived-members.ts';
import { childPath } from './json-pointer.ts';
import { objectOf, setMember } from './json-value.ts';
import {
  choosePartsToOmit,
  jsonBytes,
  memberPart,
  omitPart,
  valueOfPart,
  type Part,
} from './omit-members.ts';
import { OBJECT_LIMITS } from './target-schema.ts';

/** Bytes of JSON that each object of an audit event may have. */
export const MAP_LIMITS: Readonly<Record<MapName, number>> = {
  details: OBJECT_LIMITS['userIdentity.details'],
  requestParameters: OBJECT_LIMITS.requestParameters,
  responseElements: OBJECT_LIMITS.responseElements,
  additionalEventData: OBJECT_LIMITS.additionalEventData,
};

/** Most paths that an event names as omitted; a record that needs more is left out as a whole. */
export const MAX_OMITTED_PATHS = 24;

/** Room in `additionalEventData` for the list of omitted paths, bytes. */
const OMITTED_LIST_BYTES = 6000;

/** More than derived members of any record take in one object: texts of 1,024 bytes each, lists of 3,000 or paths. */
const MAX_DERIVED_TOTAL_BYTES = 16_000;

const MAPS: readonly MapName[] = ['details', 'responseElements', 'requestParameters', 'additionalEventData'];
/** Where members go that do not fit where they belong, roomiest first; never to the smallest object. */
const SPARE: readonly MapName[] = ['requestParameters', 'responseElements', 'details'];

/** A part of the record that can be moved to another object, or only be left out. */
interface PlacedPart extends Part {
  readonly isProperty: boolean;
  readonly isMovable: boolean;
}

function partsOf(maps: EventMaps, map: MapName, whole: ReadonlySet<string>): PlacedPart[] {
  const members = maps[map];
  const parts: PlacedPart[] = [];
  for (const name of Object.keys(members)) {
    if (isDerived(map, name)) continue;
    const properties =
      name === 'properties' && !whole.has('/properties') ? objectOf(members[name]) : undefined;
    if (properties === undefined) {
      parts.push({ ...memberPart(members, name, childPath('', name)), isProperty: false, isMovable: true });
      continue;
    }
    for (const property of Object.keys(properties)) {
      const part = memberPart(properties, property, childPath('/properties', property));
      parts.push({ ...part, isProperty: true, isMovable: true });
    }
  }
  const own = map === 'additionalEventData' ? (objectOf(members['record']) ?? {}) : {};
  for (const name of Object.keys(own)) {
    parts.push({ ...memberPart(own, name, childPath('', name)), isProperty: false, isMovable: false });
  }
  return parts;
}

/** Moves a part, name and nesting unchanged, so that rebuilding finds it wherever it is. */
function movePart(part: PlacedPart, target: JsonObject): void {
  const value = valueOfPart(part)!;
  omitPart(part);
  if (!part.isProperty) {
    setMember(target, part.key as string, value);
    return;
  }
  const properties = objectOf(target['properties']) ?? {};
  target['properties'] = properties;
  setMember(properties, part.key as string, value);
}

/** `"properties":{},`, which may have to be added for a part that moves. */
const PROPERTIES_BYTES = 16;

function sumOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.bytes, 0);
}

/** The objects of one event, and what had to be left out of them. */
class Fitting {
  readonly omitted: string[] = [];
  readonly #maps: EventMaps;
  readonly #whole: ReadonlySet<string>;
  readonly #recordBytes: number;
  /** Bytes of the objects, as long as they are known: a record may have 100,000 members, and measuring walks all. */
  readonly #bytes = new Map<MapName, number>();

  constructor(maps: EventMaps, parsed: readonly string[], recordBytes: number) {
    this.#maps = maps;
    this.#recordBytes = recordBytes;
    this.#whole = new Set(parsed);
  }

  /** Bytes by which `map` is too large. Measured only when the record is so large that it can be. */
  excess(map: MapName, limit: number = MAP_LIMITS[map]): number {
    return this.#recordBytes + MAX_DERIVED_TOTAL_BYTES <= limit ? 0 : this.#bytesOf(map) - limit;
  }

  #bytesOf(map: MapName): number {
    const bytes = this.#bytes.get(map) ?? jsonBytes(this.#maps[map]);
    this.#bytes.set(map, bytes);
    return bytes;
  }

  /**
   * Brings `map` within `limit`. When moving members is enough, nothing is left out; when it is not, what has no room
   * anywhere is left out first, so that small members do not move for nothing.
   */
  relieve(map: MapName, limit: number = MAP_LIMITS[map]): void {
    const excess = this.excess(map, limit);
    if (excess <= 0) return;
    const parts = partsOf(this.#maps, map, this.#whole);
    const movable = parts.filter((part) => this.#roomFor(part, map) !== undefined);
    if (sumOf(movable) < excess) {
      const housed = new Set(movable);
      const homeless = parts.filter((part) => !housed.has(part));
      this.#omit(choosePartsToOmit(homeless, excess, this.#whole));
    }
    this.#move(movable, map, limit);
    const remaining = this.excess(map, limit);
    if (remaining > 0) {
      this.#omit(choosePartsToOmit(partsOf(this.#maps, map, this.#whole), remaining, this.#whole));
    }
  }

  #move(parts: readonly PlacedPart[], map: MapName, limit: number): void {
    let excess = this.excess(map, limit);
    for (const part of [...parts].sort((left, right) => right.bytes - left.bytes)) {
      if (excess <= 0) break;
      const target = this.#roomFor(part, map);
      if (target === undefined) continue;
      const hasProperties = objectOf(this.#maps[target]['properties']) !== undefined;
      const wrapping = part.isProperty && !hasProperties ? PROPERTIES_BYTES : 0;
      this.#bytes.set(target, this.#bytesOf(target) + part.bytes + wrapping);
      movePart(part, this.#maps[target]);
      excess -= part.bytes;
    }
    this.#bytes.clear();
    const properties = objectOf(this.#maps[map]['properties']);
    const isEmptied = parts.some((part) => part.holder === properties);
    if (isEmptied && properties !== undefined && Object.keys(properties).length === 0) {
      delete this.#maps[map]['properties'];
    }
  }

  #roomFor(part: PlacedPart, from: MapName): MapName | undefined {
    if (!part.isMovable) return undefined;
    const needed = part.bytes + PROPERTIES_BYTES;
    return SPARE.find(
      (map) =>
        map !== from &&
        (part.isProperty || !isDerived(map, part.key as string)) &&
        this.#bytesOf(map) + needed <= MAP_LIMITS[map],
    );
  }

  #omit(parts: readonly Part[]): void {
    for (const part of parts) {
      omitPart(part);
      this.omitted.push(part.path);
    }
    this.#bytes.clear();
  }

  /** Leaves the whole record out: the empty path names it, and it stands where the origin says. */
  omitAll(): void {
    for (const map of MAPS) {
      const members = this.#maps[map];
      for (const name of Object.keys(members)) {
        if (name === 'record' || !isDerived(map, name)) delete members[name];
      }
    }
    this.omitted.splice(0, this.omitted.length, '');
  }
}

/**
 * Brings the objects of an event within their limits and returns the paths of what had to be left out, empty for
 * nearly every record. What does not fit moves to an object with room, under its own name; only what fits nowhere is
 * left out. Changes `maps`. `recordBytes`: the record's size, which bounds the JSON of its members.
 */
export function fitLimits(maps: EventMaps, parsed: readonly string[], recordBytes: number): string[] {
  // Most records are so small that no object can be too large: nothing is measured then.
  if (recordBytes + MAX_DERIVED_TOTAL_BYTES <= MAP_LIMITS.additionalEventData) return [];

  const fitting = new Fitting(maps, parsed, recordBytes);
  for (const map of MAPS) {
    if (map !== 'additionalEventData') fitting.relieve(map);
  }
  // The list of what is left out needs room too.
  const smaller = MAP_LIMITS.additionalEventData - OMITTED_LIST_BYTES;
  if (fitting.omitted.length === 0) fitting.relieve('additionalEventData');
  if (fitting.omitted.length > 0) fitting.relieve('additionalEventData', smaller);
  if (fitting.omitted.length > MAX_OMITTED_PATHS) fitting.omitAll();
  return fitting.omitted;
}
