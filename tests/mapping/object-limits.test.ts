import type { JsonObject } from '#mapping/audit-event.ts';
import { parseJson } from '#mapping/parse-record.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { findViolations, MAX_REQUEST_BYTES, OBJECT_LIMITS, utf8Length } from '#mapping/target-schema.ts';
import { ACCOUNT, canonical, eventDataOf, withoutOmitted } from './map-one.ts';

const TIME = '2026-11-20T10:00:12.1234567Z';
const FOUR_BYTES = '\u{1f511}';

/** A record whose `map` holds `limit + difference` bytes of JSON: a long member and, if wanted, a short one. */
function recordOfSize(
  map: 'requestParameters' | 'responseElements',
  [long, short]: readonly [string, string],
  difference: number,
  character: string,
): JsonObject {
  const record = (text: string): JsonObject => {
    const properties: JsonObject = { [long]: text };
    if (short !== '') properties[short] = 'short';
    return { time: TIME, category: 'Administrative', properties };
  };
  const missing = OBJECT_LIMITS[map] + difference - utf8Length(JSON.stringify(eventDataOf(record(''))[map]));
  const characters = Math.floor(missing / utf8Length(character));
  return record(character.repeat(characters) + '1'.repeat(missing - characters * utf8Length(character)));
}

describe.each([
  ['requestParameters', 'responseElements', ['requestbody', 'entity']],
  ['responseElements', 'requestParameters', ['responseBody', 'statusMessage']],
] as const)('%s', (map, other, names) => {
  it.each([
    ['one byte below', -1],
    ['at', 0],
  ])('%s the limit keeps the member where it belongs', (_case, difference) => {
    for (const character of ['a', FOUR_BYTES]) {
      const eventData = eventDataOf(recordOfSize(map, names, difference, character));

      expect(utf8Length(JSON.stringify(eventData[map]))).toBe(OBJECT_LIMITS[map] + difference);
      expect(findViolations(eventData, ACCOUNT)).toEqual([]);
      expect(eventData.additionalEventData).not.toHaveProperty('omitted');
    }
  });

  it('one byte above the limit moves the long member to an object with room', () => {
    for (const character of ['a', FOUR_BYTES]) {
      const record = recordOfSize(map, names, 1, character);

      const eventData = eventDataOf(record);

      expect(eventData[map]).toMatchObject({ properties: { [names[1]]: 'short' } });
      expect(eventData[other]).toMatchObject({ properties: { [names[0]]: expect.any(String) as string } });
      expect(findViolations(eventData, ACCOUNT)).toEqual([]);
      expect(canonical(rebuildRecord(eventData))).toBe(canonical(record));
    }
  });

  it('one byte above the limit with a single member, which then fits nowhere, names it as omitted', () => {
    for (const character of ['a', FOUR_BYTES]) {
      const record = recordOfSize(map, [names[0], ''], 1, character);

      const eventData = eventDataOf(record);

      expect(eventData.additionalEventData?.['omitted']).toEqual([`/properties/${names[0]}`]);
      expect(findViolations(eventData, ACCOUNT)).toEqual([]);
    }
  });
});

/** An Activity record with a member that belongs to `additionalEventData`. */
function activityWith(extra: string): JsonObject {
  return { time: TIME, category: 'Administrative', properties: { note: extra, small: 'kept' } };
}

it.each([-1, 0, 1])(
  'additionalEventData at its limit and %d bytes stays within it and loses nothing',
  (difference) => {
    for (const character of ['a', FOUR_BYTES]) {
      const empty = eventDataOf(activityWith(''), { length: 100_000 }).additionalEventData;
      const missing = OBJECT_LIMITS.additionalEventData + difference - utf8Length(JSON.stringify(empty));
      const record = activityWith(
        character.repeat(Math.floor(missing / utf8Length(character))) +
          '1'.repeat(missing % utf8Length(character)),
      );

      const eventData = eventDataOf(record, { length: 100_000 });

      const isMoved = difference > 0;
      expect(utf8Length(JSON.stringify(eventData.additionalEventData))).toBeLessThanOrEqual(
        OBJECT_LIMITS.additionalEventData,
      );
      expect(eventData.requestParameters === undefined).toBe(!isMoved);
      expect(canonical(rebuildRecord(eventData))).toBe(canonical(record));
    }
  },
);

it('moves what does not fit into additionalEventData to the properties of requestParameters', () => {
  const record = activityWith('x'.repeat(60_000));

  const eventData = eventDataOf(record);

  expect(eventData.requestParameters).toEqual({ properties: { note: 'x'.repeat(60_000) } });
  expect(eventData.additionalEventData).toMatchObject({ properties: { small: 'kept' } });
  expect(eventData.additionalEventData).not.toHaveProperty('omitted');
  expect(canonical(rebuildRecord(eventData))).toBe(canonical(record));
});

it('leaves out what fits nowhere, names its path and where it lies, and keeps its neighbours', () => {
  const record = { ...activityWith('x'.repeat(400_000)), correlationId: 'c-1' };

  const eventData = eventDataOf(record, { offset: 4711, length: 400_200 });

  expect(eventData.additionalEventData).toMatchObject({
    omitted: ['/properties/note'],
    logObject: 'auditlogs//y=2026/m=11/d=20/h=10/m=00/PT1H.json',
    generation: '2026-11-20T10:00:12Z',
    offset: 4711,
    length: 400_200,
    correlationId: 'c-1',
    properties: { small: 'kept' },
  });
  expect(findViolations(eventData, ACCOUNT)).toEqual([]);
});

it('thins out a large member by its largest leaves and keeps the rest of it', () => {
  const requestbody = { name: 'vm-1', template: 'x'.repeat(500_000), tags: { owner: 'sec' } };
  const record = { time: TIME, category: 'Administrative', properties: { requestbody } };

  const eventData = eventDataOf(record);

  expect(eventData.additionalEventData?.['omitted']).toEqual(['/properties/requestbody/template']);
  expect(eventData.requestParameters).toMatchObject({
    properties: { requestbody: { name: 'vm-1', tags: { owner: 'sec' } } },
  });
});

it('leaves a JSON text out whole, because a part of a text is none', () => {
  const requestbody = JSON.stringify({ name: 'vm-1', template: 'x'.repeat(500_000) });
  const record = { time: TIME, category: 'Administrative', properties: { requestbody, entity: '/e' } };

  const eventData = eventDataOf(record);

  expect(eventData.additionalEventData?.['omitted']).toEqual(['/properties/requestbody']);
  expect(canonical(rebuildRecord(eventData))).toBe(
    canonical({ time: TIME, category: 'Administrative', properties: { entity: '/e' } }),
  );
});

it('names a path that is itself too long by its hash', () => {
  const name = 'n'.repeat(1000);
  const record = { time: TIME, category: 'Administrative', properties: { [name]: 'x'.repeat(400_000) } };

  const eventData = eventDataOf(record);

  const omitted = eventData.additionalEventData?.['omitted'] as string[];
  expect(omitted).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]);
  expect(canonical(rebuildRecord(eventData))).toBe(canonical(withoutOmitted(record, omitted)));
});

it('leaves the whole record out, named by the empty path, when hundreds of members are too many', () => {
  const members = Object.fromEntries(
    Array.from({ length: 900 }, (_, index) => [`m${index}`, 'x'.repeat(700)]),
  );

  const eventData = eventDataOf({ time: TIME, category: 'Administrative', ...members });

  expect(eventData.additionalEventData?.['omitted']).toEqual(['']);
  expect(eventData.eventTime).toBe('2026-11-20T10:00:12Z');
  expect(rebuildRecord(eventData)).toEqual({});
});

it('fits the largest possible event, doubly escaped, into one request', () => {
  const quotes = '"'.repeat(49_000);
  const record = {
    time: TIME,
    category: 'Administrative',
    operationName: 'a'.repeat(800),
    identity: { claims: { a: quotes } },
    properties: { requestbody: quotes, responseBody: quotes, note: '\\'.repeat(12_000) },
  };

  const eventData = eventDataOf(record);

  const entry = {
    id: 'x'.repeat(128),
    eventData: JSON.stringify(eventData),
    eventDataChecksum: 'x'.repeat(44),
  };
  const body = JSON.stringify({ auditEvents: [entry] });
  expect(eventData.additionalEventData).not.toHaveProperty('omitted');
  expect(utf8Length(body)).toBeGreaterThan(600_000);
  expect(utf8Length(body)).toBeLessThanOrEqual(MAX_REQUEST_BYTES);
});

it('keeps derived members small when every text of the record is huge and escapes badly', () => {
  const huge = '\u0001'.repeat(20_000);
  const record = {
    time: TIME,
    category: 'Administrative',
    operationName: huge,
    tenantId: huge,
    callerIpAddress: huge,
    resourceId: `/subscriptions/${huge}/resourceGroups/${huge}/providers/${huge}`,
    identity: {
      claims: { name: huge, upn: huge, oid: huge, appid: huge },
      authorization: { scope: huge, action: huge },
    },
  };

  const eventData = eventDataOf(record, { name: `${huge}/PT1H.json`, account: huge, container: 'x' });

  expect(findViolations(eventData, ACCOUNT)).toEqual([]);
  expect(parseJson(JSON.stringify(eventData))).toEqual(eventData);
});

it('keeps room for the list of what it leaves out', () => {
  const full = 'x'.repeat(99_700);
  const members = Array.from({ length: 54 }, (_, index): [string, string] => [
    `${index}`.padEnd(150, 'n'),
    'y'.repeat(400),
  ]);
  const record = {
    time: TIME,
    category: 'Administrative',
    identity: { claims: { full } },
    properties: { requestbody: full, responseBody: full, ...Object.fromEntries(members) },
  };

  const eventData = eventDataOf(record);

  const omitted = eventData.additionalEventData?.['omitted'] as string[];
  expect(findViolations(eventData, ACCOUNT)).toEqual([]);
  expect(omitted.length).toBeGreaterThan(5);
  expect(canonical(rebuildRecord(eventData))).toBe(canonical(withoutOmitted(record, omitted)));
});
