import type { JsonObject } from '#mapping/audit-event.ts';
import { parseJson } from '#mapping/parse-record.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { administrative, canonical, eventDataOf, eventOf } from './map-one.ts';

const TIME = '2026-11-20T10:00:12.1234567Z';

/** Maps a record that must be kept whole and returns its event data. */
function keptOf(record: JsonObject): ReturnType<typeof eventDataOf> {
  const eventData = eventDataOf(record);
  expect(canonical(rebuildRecord(eventData))).toBe(canonical(record));
  return eventData;
}

describe('members', () => {
  it('of a repeated name the last value is kept, and the repetition is named', () => {
    const line = `{"time":"${TIME}","category":"Administrative","a":{"b/c":1,"b/c":2},"level":"x","level":"y"}`;

    const { event, drift } = eventOf(line);

    expect(event.eventData.additionalEventData).toMatchObject({
      a: { 'b/c': 2 },
      level: 'y',
      repeated: ['/a/b~1c', '/level'],
    });
    expect(drift).toContainEqual({ family: 'activity', path: '/level', observed: 'repeated member' });
  });

  it('finds a repeated name between blanks, and behind a name that ends in a backslash', () => {
    const line = `{ "time" : "${TIME}" , "category" : "Alert" , "a\\\\" : 1 , "b" :\t2 , "b"\n: [3] }`;

    expect(eventDataOf(line).additionalEventData?.['repeated']).toEqual(['/b']);
  });

  it('gives an exact number under a repeated name the last value', () => {
    const line = `{"time":"${TIME}","category":"Alert","n":1.00000000000000000001,"n":2,"m":1,"m":0.30000000000000000001}`;

    const sent = JSON.stringify(eventDataOf(line));

    expect(sent).toContain('"n":2,"m":0.30000000000000000001');
  });

  it('`__proto__`, `constructor` and the empty name are members like any other', () => {
    const line = `{"time":"${TIME}","category":"Alert","__proto__":{"polluted":1},"constructor":2,"":3,"properties":{"__proto__":4}}`;

    const eventData = eventDataOf(line);

    expect(canonical(rebuildRecord(eventData))).toBe(canonical(parseJson(line)));
    expect(({} as JsonObject)['polluted']).toBeUndefined();
  });

  it('a member with the name of a derived one keeps its own value beside it', () => {
    const record = administrative({
      tenantId: 'ABCD',
      family: 1,
      record: { x: 1 },
      offset: 'mine',
      parsed: ['/x'],
    });

    expect(keptOf(record).additionalEventData).toMatchObject({
      family: 'activity',
      tenantId: 'abcd',
      offset: 0,
      record: { tenantId: 'ABCD', family: 1, record: { x: 1 }, offset: 'mine', parsed: ['/x'] },
    });
  });

  it('`level` and `Level` in one record are two members', () => {
    const eventData = keptOf(administrative({ level: 'Informational', Level: 5 }));

    expect(eventData.additionalEventData).toMatchObject({ level: 'Informational', Level: 5 });
  });

  it.each([4, '4', 'Information'])('`Level` %p keeps its kind', (Level) => {
    expect(keptOf(administrative({ Level })).additionalEventData).toMatchObject({ Level });
  });

  it.each(['0', '61', 42])('`durationMs` %p keeps its kind', (durationMs) => {
    expect(keptOf(administrative({ durationMs })).additionalEventData).toMatchObject({ durationMs });
  });

  it('blanks around values are cut off where people filter, and kept in the record', () => {
    const claims = {
      'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name': ' admin@contoso.com',
      'http://schemas.microsoft.com/identity/claims/tenantid': 'AAAA-1 ',
    };

    const eventData = keptOf(administrative({ identity: { claims } }));

    expect(eventData.userIdentity).toMatchObject({
      type: 'User',
      principalId: 'admin@contoso.com',
      details: { upn: 'admin@contoso.com' },
    });
    expect(eventData.additionalEventData).toMatchObject({ tenantId: 'aaaa-1' });
  });
});
