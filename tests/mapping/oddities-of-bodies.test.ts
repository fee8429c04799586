import type { JsonObject } from '#mapping/audit-event.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { administrative, canonical, eventDataOf, eventOf } from './map-one.ts';

const TIME = '2026-11-20T10:00:12.1234567Z';

/** Maps a record that must be kept whole and returns its event data. */
function keptOf(record: JsonObject): ReturnType<typeof eventDataOf> {
  const eventData = eventDataOf(record);
  expect(canonical(rebuildRecord(eventData))).toBe(canonical(record));
  return eventData;
}

describe('bodies', () => {
  it.each(['requestbody', 'requestBody', 'responseBody', 'statusMessage'])(
    '`%s` as JSON text is parsed in place, so that SQL reaches into it',
    (name) => {
      const eventData = keptOf(administrative({ properties: { [name]: '{"properties":{"sku":"B1"}}' } }));

      const map = name.startsWith('request') ? eventData.requestParameters : eventData.responseElements;
      expect(map).toMatchObject({ properties: { [name]: { properties: { sku: 'B1' } } } });
      expect(eventData.additionalEventData?.['parsed']).toEqual([`/properties/${name}`]);
    },
  );

  it.each([
    ['an object', { a: 1 }],
    ['an empty text', ''],
    ['plain text', 'Not found'],
    ['a number as text', '404'],
    ['JSON in another spelling', '{ "a": 1 }'],
    ['JSON with an escape that is not needed', '{"a":"\\u0041"}'],
    ['JSON with a number that would change', '{"a":12345678901234567890}'],
    ['JSON with a repeated name', '{"a":1,"a":2}'],
    ['JSON nested deeply', `${'['.repeat(60)}${']'.repeat(60)}`],
  ])('%s stays as it is', (_case, requestbody) => {
    const eventData = keptOf(administrative({ properties: { requestbody } }));

    expect(eventData.requestParameters).toMatchObject({ properties: { requestbody } });
    expect(eventData.additionalEventData).not.toHaveProperty('parsed');
  });
});

describe('ids and duplicates', () => {
  it('a correlation id that is no GUID stays as it is', () => {
    const correlationId = '/subscriptions/s/incidents/L3N1YnNj=';

    expect(keptOf(administrative({ correlationId })).additionalEventData).toMatchObject({ correlationId });
  });

  it('byte-identical Activity lines are one event, wherever they stand', () => {
    const one = eventOf(administrative({}), { name: 'a/PT1H.json', offset: 0 });
    const two = eventOf(administrative({}), { name: 'b/PT1H.json', offset: 900 });

    expect(one.event.eventData.UID).toBe(two.event.eventData.UID);
    expect(one.event.id).not.toBe(two.event.id);
  });

  it('byte-identical lines of a resource log are two events, also after the blob was copied back', () => {
    const record = { time: TIME, category: 'AppServiceConsoleLogs' };
    const one = eventDataOf(record, { offset: 0 }).UID;

    expect(eventDataOf(record, { offset: 60 }).UID).not.toBe(one);
    expect(eventDataOf(record, { offset: 0, name: 'other/PT1H.json' }).UID).not.toBe(one);
    expect(eventDataOf(record, { offset: 0, generation: '2027-01-01T00:00:00Z' }).UID).toBe(one);
  });
});
