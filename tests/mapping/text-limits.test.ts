import type { EventData, JsonObject } from '#mapping/audit-event.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { findViolations, TEXT_LIMITS, utf8Length } from '#mapping/target-schema.ts';
import { ACCOUNT, canonical, eventDataOf } from './map-one.ts';

const TIME = '2026-11-20T10:00:12.1234567Z';
const FOUR_BYTES = '\u{1f511}';

/** A record whose audit event has `text` in the field; the fields keep the letter case of what has none. */
const RECORD_WITH: Record<string, (text: string) => object> = {
  'userIdentity.principalId': (text) => ({ time: TIME, caller: text, category: 'Administrative' }),
  userAgent: (text) => ({ time: TIME, category: 'SignInLogs', properties: { userAgent: text } }),
  eventName: (text) => ({ time: TIME, category: 'Administrative', operationName: text }),
  errorCode: (text) => ({ time: TIME, category: 'Administrative', resultSignature: `Failed.${text}` }),
  errorMessage: (text) => ({
    time: TIME,
    category: 'Administrative',
    resultType: 'Failed',
    resultDescription: text,
  }),
};

function fieldOf(eventData: EventData, field: string): string {
  const parts = field.split('.');
  return parts.reduce<unknown>(
    (value, part) => (value as Record<string, unknown>)[part],
    eventData,
  ) as string;
}

/** Text of `units` bytes for one-byte characters, or as near as four-byte characters come, from above. */
function textOfBytes(bytes: number, character: string): string {
  return character.repeat(Math.ceil(bytes / utf8Length(character)));
}

describe.each(Object.keys(RECORD_WITH))('%s', (field) => {
  const limit = TEXT_LIMITS[field as keyof typeof TEXT_LIMITS];

  it.each([
    ['one byte below the limit', '1', limit - 1, limit - 1],
    ['at the limit', '1', limit, limit],
    ['one byte above the limit', '1', limit + 1, limit],
    ['four-byte characters one below the limit', FOUR_BYTES, limit - 4, limit - 4],
    ['four-byte characters at the limit', FOUR_BYTES, limit, limit],
    ['four-byte characters above the limit', FOUR_BYTES, limit + 1, limit],
  ])(
    '%s: whole or cut between characters, and whole in the rebuilt record',
    (_case, character, bytes, kept) => {
      const text = textOfBytes(bytes, character);
      const record = RECORD_WITH[field]!(text);

      const eventData = eventDataOf(record);

      expect(utf8Length(fieldOf(eventData, field))).toBe(kept);
      expect(text.startsWith(fieldOf(eventData, field))).toBe(true);
      expect(findViolations(eventData, ACCOUNT)).toEqual([]);
      expect(canonical(rebuildRecord(eventData))).toBe(canonical(record as JsonObject));
    },
  );

  it('never ends in half of a character', () => {
    const text = `1${FOUR_BYTES.repeat(limit)}`;

    const clipped = fieldOf(eventDataOf(RECORD_WITH[field]!(text)), field);

    expect(utf8Length(clipped)).toBe(limit - 3);
    expect(clipped.isWellFormed()).toBe(true);
  });
});

it('keeps an eventSource made of a long category within its limit', () => {
  const eventData = eventDataOf({ time: TIME, category: 'x'.repeat(TEXT_LIMITS.eventSource) });

  expect(utf8Length(eventData.eventSource)).toBe(TEXT_LIMITS.eventSource);
  expect(eventData.eventSource.startsWith('AZURE.XXX')).toBe(true);
});

it.each([
  ['at the limit is used as it is', TEXT_LIMITS.UID, /^a+$/],
  ['one byte above the limit gives way to the hash', TEXT_LIMITS.UID + 1, /^sha256:[0-9a-f]{64}$/],
])('an id of the record %s', (_case, bytes, expected) => {
  const record = { time: TIME, category: 'SignInLogs', properties: { id: 'a'.repeat(bytes) } };

  expect(eventDataOf(record).UID).toMatch(expected);
});
