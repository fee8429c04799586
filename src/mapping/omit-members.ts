import type { JsonObject, JsonValue } from './audit-event.ts';
import { childPath } from './json-pointer.ts';
import { objectOf } from './json-value.ts';
import { utf8Length } from './target-schema.ts';

/** Most paths that one member is thinned out by; beyond, the whole member is left out under its own path. */
const MAX_PATHS_PER_MEMBER = 6;

/** Levels inside a member in which the largest parts are looked for. */
const MAX_LEVELS = 6;

/** A part that has no more than this to spare is left out as a whole, bytes. */
const WORTH_KEEPING = 32;

/** A member or an element: where it is held, its path in the record, and its bytes of JSON. */
export interface Part {
  readonly holder: JsonObject | JsonValue[];
  readonly key: string | number;
  readonly path: string;
  readonly bytes: number;
}

/** Size of a value's JSON in UTF-8 bytes. */
export function jsonBytes(value: JsonValue): number {
  return utf8Length(JSON.stringify(value));
}

/** The part at `key` of an object, with the bytes that its name, colon and comma take. */
export function memberPart(holder: JsonObject, key: string, path: string): Part {
  return { holder, key, path, bytes: jsonBytes(key) + 2 + jsonBytes(holder[key]!) };
}

/** What is held at a part. */
export function valueOfPart(part: Part): JsonValue | undefined {
  return Array.isArray(part.holder) ? part.holder[part.key as number] : part.holder[part.key as string];
}

function partsInside(part: Part): Part[] {
  const value = valueOfPart(part);
  if (Array.isArray(value)) {
    // An element is replaced by null, so that the others keep their index.
    return value.map((element, key) => ({
      holder: value,
      key,
      path: childPath(part.path, key),
      bytes: jsonBytes(element) - 4,
    }));
  }
  const members = objectOf(value);
  if (members === undefined) return [];
  return Object.keys(members).map((key) => memberPart(members, key, childPath(part.path, key)));
}

function bySize(left: Part, right: Part): number {
  return right.bytes - left.bytes;
}

function saved(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.bytes, 0);
}

/**
 * The parts of `part` to leave out so that at least `excess` bytes are saved: the largest leaves inside, or `part`
 * itself when that would take many. What was JSON text (`whole`) is left out whole, because a part of a text is none.
 */
function choosePartsInside(part: Part, excess: number, whole: ReadonlySet<string>, levels: number): Part[] {
  if (levels === 0 || whole.has(part.path)) return [part];
  const chosen: Part[] = [];
  for (const inner of partsInside(part).sort(bySize)) {
    const missing = excess - saved(chosen);
    if (missing <= 0) return chosen;
    if (inner.bytes <= 0) break;
    chosen.push(
      ...(inner.bytes > missing + WORTH_KEEPING
        ? choosePartsInside(inner, missing, whole, levels - 1)
        : [inner]),
    );
    if (chosen.length > MAX_PATHS_PER_MEMBER) return [part];
  }
  return saved(chosen) >= excess ? chosen : [part];
}

/** The parts to leave out of `parts`, largest first, so that at least `excess` bytes are saved, or all of them. */
export function choosePartsToOmit(
  parts: readonly Part[],
  excess: number,
  whole: ReadonlySet<string>,
): Part[] {
  const chosen: Part[] = [];
  let missing = excess;
  for (const part of [...parts].sort(bySize)) {
    if (missing <= 0) break;
    const inside =
      part.bytes > missing + WORTH_KEEPING ? choosePartsInside(part, missing, whole, MAX_LEVELS) : [part];
    for (const each of inside) chosen.push(each);
    missing -= saved(inside);
  }
  return chosen;
}

/** Leaves a part out: a member is deleted, an element becomes null. */
export function omitPart(part: Part): void {
  if (Array.isArray(part.holder)) {
    part.holder[part.key as number] = null;
  } else {
    delete part.holder[part.key as string];
  }
}
