import type { EventData, JsonObject } from '#mapping/audit-event.ts';
import { parseJson, parseRecord } from '#mapping/parse-record.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { hideMembers } from '#mapping/rules/redaction.ts';
import { findViolations } from '#mapping/target-schema.ts';
import { corpusFiles, recordsOf } from '../corpus-records.ts';
import { ACCOUNT, canonical, mapOne } from '../map-one.ts';
import { rulesOf } from './rules.ts';

const RECORDS = corpusFiles()
  .flatMap(recordsOf)
  .map((record) => ({ ...record, open: mapOne(record.bytes, { offset: record.offset }) }));

/** What an event says of what happened, beside the values that may be hidden. */
function sayingOf({ eventTime, eventName, version, userIdentity, errorCode, ...data }: EventData): unknown {
  const { family, category, logObject, offset } = data.additionalEventData ?? {};
  return {
    eventTime,
    eventName,
    version,
    family,
    category,
    logObject,
    offset,
    type: userIdentity.type,
    failed: errorCode !== undefined,
    outcome: data.responseElements?.['outcome'],
  };
}

describe.each([
  ['everything redacted', { redact: '*' }],
  ['everything hashed', { hash: '*' }],
  ['every claim and property', { redact: 'identity.claims.*, claims.*, properties.*' }],
  ['every second level', { hash: '*.*' }],
] as const)('over every record of the corpus, with %s', (_, lists) => {
  const rules = rulesOf(lists);
  const hidden = RECORDS.map(({ bytes, offset }) => mapOne(bytes, { offset }, rules));

  it('the same records become events, and say the same of time, operation, kind of principal and outcome', () => {
    const different = RECORDS.filter(({ open }, index) => {
      const outcome = hidden[index]!;
      if (open.outcome !== 'event' || outcome.outcome !== 'event') {
        return JSON.stringify(open) !== JSON.stringify(outcome);
      }
      const saying = [open, outcome].map(({ event }) => JSON.stringify(sayingOf(event.eventData)));
      return saying[0] !== saying[1] || open.event.id !== outcome.event.id;
    });

    expect(different.map(({ file, offset }) => ({ file, offset }))).toEqual([]);
  });

  it('every event is one that CloudTrail Lake takes, and gives the hidden record back', () => {
    const wrong = RECORDS.filter(({ bytes }, index) => {
      const outcome = hidden[index]!;
      if (outcome.outcome !== 'event') return false;
      const { eventData } = outcome.event;
      const { record } = parseRecord(bytes) as { record: JsonObject };
      hideMembers(record, rules.redaction!);
      const rebuilt = rebuildRecord(parseJson(JSON.stringify(eventData)) as unknown as EventData);
      return findViolations(eventData, ACCOUNT).length > 0 || canonical(rebuilt) !== canonical(record);
    });

    expect(wrong.map(({ file, offset }) => ({ file, offset }))).toEqual([]);
  });
});
