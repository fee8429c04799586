import * as fc from 'fast-check';
import type { EventData, JsonObject } from '#mapping/audit-event.ts';
import { LOG_TYPES } from '#mapping/log-types.ts';
import { parseJson, parseRecord } from '#mapping/parse-record.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { findViolations, MAX_REQUEST_BYTES, utf8Length } from '#mapping/target-schema.ts';
import { anyCollectedRecord, anyRecord, largeCollectedRecord, largeRecord } from './any-record.ts';
import { ACCOUNT, canonical, mapOne, withoutOmitted } from './map-one.ts';

/** What is wrong with the outcome of a record: nothing, when it is a reject for its time or an event that keeps it. */
function problemsOf(text: string, container = ''): unknown[] {
  const outcome = mapOne(text, { container });
  if (outcome.outcome === 'reject' && /^(?:NO|INVALID)_EVENT_TIME$/.test(outcome.reason)) return [];
  if (outcome.outcome !== 'event') return [outcome];
  const { id, eventData } = outcome.event;
  const problems: unknown[] = findViolations(eventData, ACCOUNT);
  const sent = JSON.stringify(eventData);
  const original = parseRecord(Buffer.from(text)) as { record: JsonObject };
  const omitted = (eventData.additionalEventData?.['omitted'] ?? []) as string[];
  const rebuilt = canonical(rebuildRecord(parseJson(sent) as unknown as EventData));
  if (rebuilt !== canonical(withoutOmitted(original.record, omitted))) problems.push({ rebuilt, omitted });
  const entry = { id, eventData: sent, eventDataChecksum: 'x'.repeat(44) };
  const body = utf8Length(JSON.stringify({ auditEvents: [entry] }));
  if (body > MAX_REQUEST_BYTES) problems.push({ body });
  return problems;
}

it('never throws and never takes what is no record, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const outcome = mapOne(bytes);

      expect(outcome).toMatchObject({ outcome: 'reject' });
      expect(outcome).not.toMatchObject({ reason: 'MAPPING_FAILED' });
    }),
    { numRuns: 500 },
  );
});

it('rejects any JSON value without a time for what it is', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      const outcome = mapOne(text);

      expect(outcome).toMatchObject({
        outcome: 'reject',
        reason: expect.stringMatching(/^(?:NOT_AN_OBJECT|NO_EVENT_TIME|INVALID_EVENT_TIME)$/) as string,
      });
    }),
    { numRuns: 500 },
  );
});

it('keeps every record of the known shapes with any values in them', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const problems = problemsOf(JSON.stringify(record));

      expect(problems).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

it('keeps large records within the limits and names what it had to leave out', () => {
  fc.assert(
    fc.property(largeRecord, (record) => {
      const problems = problemsOf(JSON.stringify(record));

      expect(problems).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

const anyContainer = fc.constantFrom('', ...Object.keys(LOG_TYPES));

it('keeps every record of the collectors with any values in it, in whichever container', () => {
  fc.assert(
    fc.property(anyCollectedRecord, anyContainer, (record, container) => {
      const problems = problemsOf(JSON.stringify(record), container);

      expect(problems).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

it('keeps large records of the collectors within the limits and names what it had to leave out', () => {
  fc.assert(
    fc.property(largeCollectedRecord, anyContainer, (record, container) => {
      const problems = problemsOf(JSON.stringify(record), container);

      expect(problems).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
