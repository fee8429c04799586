import * as fc from 'fast-check';
import type { EventData, JsonObject, JsonValue } from '#mapping/audit-event.ts';
import { recordId } from '#mapping/ids.ts';
import { childPath } from '#mapping/json-pointer.ts';
import { isRawNumber, objectOf } from '#mapping/json-value.ts';
import { parseJson, parseRecord } from '#mapping/parse-record.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { neededFor } from '#mapping/rules/needed-members.ts';
import { hideMembers } from '#mapping/rules/redaction.ts';
import { findViolations } from '#mapping/target-schema.ts';
import { anyRecord, largeRecord } from '../any-record.ts';
import { ACCOUNT, canonical, mapOne, originOf, withoutOmitted } from '../map-one.ts';
import { rulesOf } from './rules.ts';

/** A text of the record that stands alone: its path as names, and its pointer. */
interface Place {
  readonly names: readonly string[];
  readonly pointer: string;
}

/** A name as a step of a pattern that means it and nothing else; undefined where a pattern cannot say it. */
function exactStep(name: string): string | undefined {
  return /^[\x20-\x7e]+$/.test(name) && !name.includes('"') ? `"${name}"` : undefined;
}

/** Places of texts that a pattern can name, also inside JSON texts. Changes each text to a marker of its own. */
class Marking {
  readonly marked: { place: Place; marker: string }[] = [];

  value(value: JsonValue, names: readonly string[], pointer: string): JsonValue {
    if (names.length <= 2 && neededFor(names.map((name) => name.toLowerCase())) !== undefined) return value;
    if (typeof value === 'string' || typeof value === 'number') {
      const inner = typeof value === 'string' ? membersIn(value) : undefined;
      if (inner !== undefined) return JSON.stringify(this.value(inner, names, pointer));
      const isNameable = names.length > 0 && names.every((name) => exactStep(name) !== undefined);
      if (!isNameable || this.marked.length >= 8) return value;
      const marker = `marker-${this.marked.length}@canary.example`;
      this.marked.push({ place: { names, pointer }, marker });
      return marker;
    }
    if (Array.isArray(value))
      return value.map((each, index) => this.value(each, names, childPath(pointer, index)));
    const members = objectOf(value);
    if (members === undefined || isRawNumber(value)) return value;
    return Object.fromEntries(
      Object.keys(members).map((name) => [
        name,
        this.value(members[name]!, [...names, name], childPath(pointer, name)),
      ]),
    );
  }
}

function membersIn(text: string): JsonValue | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A pattern that names a place: exactly, or with wildcards in the way of its names. */
function patternFor({ names }: Place, choice: number): string {
  const exact = names.map((name) => exactStep(name)!);
  const last = exact.at(-1)!;
  // A wildcard at the end would name members that an event needs as well, which is another test.
  if (choice === 1) return `**.${last}`;
  if (choice === 2 && exact.length > 1) return [...exact.slice(0, -2), '*', last].join('.');
  if (choice === 3 && exact.length > 1) return [exact[0], '**', last].join('.');
  return exact.join('.');
}

const marked = fc
  .tuple(
    anyRecord,
    fc.array(fc.constantFrom('redact', 'hash', 'leave'), { minLength: 8, maxLength: 8 }),
    fc.nat(),
  )
  .map(([record, fates, choice]) => {
    const marking = new Marking();
    const original = marking.value(JSON.parse(JSON.stringify(record)) as JsonValue, [], '') as JsonObject;
    const patterns = { redact: [] as string[], hash: [] as string[] };
    const hidden: string[] = [];
    for (const [index, { place, marker }] of marking.marked.entries()) {
      const fate = fates[index];
      if (fate !== 'redact' && fate !== 'hash') continue;
      const pattern = patternFor(place, (choice + index) % 4);
      try {
        rulesOf({ [fate]: [...patterns[fate], pattern].join(',') });
      } catch {
        // Names a member that an event needs, or the list is full.
        continue;
      }
      patterns[fate].push(pattern);
      hidden.push(marker);
    }
    const lists = { redact: patterns.redact.join(','), hash: patterns.hash.join(',') };
    return { text: JSON.stringify(original), lists, hidden };
  });

describe('any record, any paths', () => {
  it('what is hidden is nowhere in the event, and the rest of the record is all there', () => {
    let hiddenInAll = 0;
    fc.assert(
      fc.property(marked, ({ text, lists, hidden }) => {
        const outcome = mapOne(text, {}, rulesOf(lists));
        if (outcome.outcome === 'reject' && /^(?:NO|INVALID)_EVENT_TIME$/.test(outcome.reason)) return;
        if (outcome.outcome !== 'event') throw new Error(JSON.stringify(outcome));
        const { id, eventData } = outcome.event;
        const sent = JSON.stringify(outcome.event);

        hiddenInAll += hidden.length;
        expect(hidden.filter((marker) => sent.includes(marker))).toEqual([]);
        expect(findViolations(eventData, ACCOUNT)).toEqual([]);
        expect(id).toBe(recordId(originOf()));
        const { record } = parseRecord(Buffer.from(text)) as { record: JsonObject };
        hideMembers(record, rulesOf(lists).redaction!);
        const omitted = (eventData.additionalEventData?.['omitted'] ?? []) as string[];
        const rebuilt = rebuildRecord(parseJson(JSON.stringify(eventData)) as unknown as EventData);
        expect(canonical(rebuilt)).toBe(canonical(withoutOmitted(record, omitted)));
      }),
      { numRuns: 500 },
    );

    expect(hiddenInAll).toBeGreaterThan(300);
  });

  it('hiding changes what the paths name and nothing else', () => {
    fc.assert(
      fc.property(marked, ({ text, lists }) => {
        const before = JSON.parse(text) as JsonObject;
        const after = JSON.parse(text) as JsonObject;

        const hidden = hideMembers(after, rulesOf(lists).redaction!);

        const paths = [...(hidden?.redacted ?? []), ...(hidden?.hashed ?? [])].map(({ path }) => path);
        const changed = differences(before, after, '');
        const isUnder = (pointer: string, path: string): boolean => `${pointer}/`.startsWith(`${path}/`);
        expect(changed.filter((pointer) => !paths.some((path) => isUnder(pointer, path)))).toEqual([]);
        expect(paths.filter((path) => !changed.some((pointer) => isUnder(pointer, path)))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('large records keep the limits, and hashes may be longer than what they hide', () => {
    const lists = fc.constantFrom(
      { redact: '*' },
      { hash: '*' },
      { hash: '**.index, **.member*' },
      { hash: 'properties.*, **.name', redact: '**.inner' },
    );
    fc.assert(
      fc.property(largeRecord, lists, (record, chosen) => {
        const open = mapOne(JSON.stringify(record));
        const outcome = mapOne(JSON.stringify(record), {}, rulesOf(chosen));

        expect(outcome.outcome).toBe(open.outcome);
        if (outcome.outcome !== 'event') return;
        expect(findViolations(outcome.event.eventData, ACCOUNT)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('bytes that are no record stay the same reject', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(mapOne(bytes, {}, rulesOf({ redact: '*', hash: '**.a' }))).toEqual(mapOne(bytes));
      }),
    );
  });
});

/** Pointers of the values that changed; a JSON text is compared by what is in it. */
function differences(before: JsonValue, after: JsonValue, pointer: string): string[] {
  if (typeof before === 'string' && typeof after === 'string') {
    if (before === after) return [];
    const [left, right] = [membersIn(before), membersIn(after)];
    return left === undefined || right === undefined ? [pointer] : differences(left, right, pointer);
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((each, index) => differences(each, after[index]!, childPath(pointer, index)));
  }
  const [left, right] = [objectOf(before), objectOf(after)];
  if (left === undefined || right === undefined) {
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [pointer];
  }
  return Object.keys(left).flatMap((name) =>
    differences(left[name]!, right[name]!, childPath(pointer, name)),
  );
}
