import type { JsonObject } from '#mapping/audit-event.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { administrative, canonical, eventDataOf, mapOne } from './map-one.ts';

const TIME = '2026-11-20T10:00:12.1234567Z';

/** Maps a record that must be kept whole and returns its event data. */
function keptOf(record: JsonObject): ReturnType<typeof eventDataOf> {
  const eventData = eventDataOf(record);
  expect(canonical(rebuildRecord(eventData))).toBe(canonical(record));
  return eventData;
}

describe('lines', () => {
  it('a line with single-quoted properties is a reject, not a crash', () => {
    const line = `{ "time": "${TIME}", "properties": {'appName':'x'}}`;

    expect(mapOne(line)).toMatchObject({ outcome: 'reject', reason: 'NOT_JSON' });
  });

  it.each([
    ['an empty line', ''],
    ['blanks', '   '],
    ['a torn line', '{"time":"2026-11'],
    ['NUL bytes', '\u0000\u0000'],
    ['two records on one line', '{}{}'],
  ])('%s is no JSON', (_case, line) => {
    expect(mapOne(line)).toMatchObject({ outcome: 'reject', reason: 'NOT_JSON' });
  });

  it.each(['[]', 'null', '"text"', '42', 'true'])('%s is JSON but no record', (line) => {
    expect(mapOne(line)).toMatchObject({ outcome: 'reject', reason: 'NOT_AN_OBJECT' });
  });

  it('bytes that are not UTF-8 are a reject, because decoding them would change the evidence', () => {
    const line = Buffer.from([...Buffer.from('{"time":"'), 0xff, ...Buffer.from('"}')]);

    expect(mapOne(line)).toMatchObject({ outcome: 'reject', reason: 'INVALID_UTF8' });
  });

  it('a byte order mark in front of the record is passed over', () => {
    const line = Buffer.from(`\uFEFF${JSON.stringify(administrative({}))}`);

    expect(eventDataOf(line).eventTime).toBe('2026-11-20T10:00:12Z');
  });

  it('U+2028, U+2029 and U+0085 inside a text stay where they are', () => {
    const record = administrative({ resultDescription: 'a\u2028b\u2029c\u0085d' });

    expect(keptOf(record).responseElements).toMatchObject({ resultDescription: 'a\u2028b\u2029c\u0085d' });
  });

  it('nesting deeper than readers accept is a reject, also hundreds of thousands of levels', () => {
    for (const levels of [101, 300_000]) {
      const line = `{"time":"${TIME}","a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

      expect(mapOne(line)).toMatchObject({ outcome: 'reject', reason: 'NESTED_TOO_DEEP' });
    }
  });

  it('nesting up to that limit is kept', () => {
    const line = `{"time":"${TIME}","category":"Administrative","a":${'['.repeat(99)}${']'.repeat(99)}}`;

    expect(mapOne(line)).toMatchObject({ outcome: 'event' });
  });
});

describe('numbers', () => {
  it.each([
    ['an integer beyond 2^53', '638799492563154034'],
    ['more digits than a double has', '-73.979019165039063'],
    ['more than a double can hold', '1e999'],
    ['a negative zero', '-0'],
    ['a negative zero with a fraction', '-0.0'],
    ['an exponent that would be written out', '1e20'],
    ['twenty digits after the point', '0.12345678901234567890'],
  ])('%s (%s) is sent exactly as it was written', (_case, number) => {
    const line = `{"time":"${TIME}","category":"Administrative","properties":{"a":[{"n":${number}}],"b":1.5}}`;

    const sent = JSON.stringify(eventDataOf(line));

    expect(sent).toContain(`{"a":[{"n":${number}}],"b":1.5}`);
  });

  it.each(['0', '1', '-1', '0.5', '1.0', '1E2', '40.7589111328125', '9007199254740991'])(
    '%s, which a double keeps, has its value',
    (number) => {
      const line = `{"time":"${TIME}","category":"Administrative","n":${number}}`;

      expect(eventDataOf(line).additionalEventData?.['n']).toEqual(Number(number));
    },
  );
});
