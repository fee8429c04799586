import fc from 'fast-check';
import type { EventData, JsonObject } from '#mapping/audit-event.ts';
import { DERIVED_MEMBERS } from '#mapping/derived-members.ts';
import { FAMILIES } from '#mapping/choose-family.ts';
import { parseJson, parseRecord } from '#mapping/parse-record.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { findViolations, MAX_REQUEST_BYTES, utf8Length } from '#mapping/target-schema.ts';
import { ACCOUNT, canonical, mapOne, withoutOmitted } from './map-one.ts';

const CATEGORIES = FAMILIES.flatMap(({ categories }) => categories);

const MEMBER_NAMES = [
  ...[
    'time',
    'resourceId',
    'operationName',
    'category',
    'resultType',
    'resultSignature',
    'resultDescription',
  ],
  ...[
    'callerIpAddress',
    'correlationId',
    'identity',
    'level',
    'Level',
    'properties',
    'tenantId',
    'statusCode',
  ],
  ...['authorization', 'claims', 'caller', 'httpRequest', 'status', 'eventDataId', 'flowRecords', 'uri'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '/', '~', 'a/b~c'],
  ...Object.values(DERIVED_MEMBERS).flat(),
];

const PROPERTY_NAMES = [
  ...FAMILIES.flatMap(({ properties, embedded }) => [...properties.keys(), ...embedded]),
  ...['id', 'createdDateTime', 'activityDateTime', 'timeGenerated', 'userAgent', 'ipAddress', 'EventID'],
  ...['AuditEventId', 'metricResponseType', 'riskLevel', 'hierarchy', '__proto__', 'constructor', 'a/b~c'],
];

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '403',
    'Success',
    'Failed.Conflict',
    '<null>',
    '10.0.0.1:443',
    '\u2028',
    '\ud800',
  ),
);
const anyValue = fc.oneof(
  { weight: 3, arbitrary: anyText },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 2, arbitrary: fc.json({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.double() },
);

/** A dictionary whose `__proto__` is a member, as in JSON. */
function membersOf(names: readonly string[], value: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  return fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 8 })), value), {
      maxLength: 14,
    })
    .map((entries) => Object.fromEntries(entries));
}

const anyProperties = membersOf(PROPERTY_NAMES, anyValue);
const anyRecord = fc
  .tuple(
    membersOf(MEMBER_NAMES, anyValue),
    fc.record(
      {
        time: fc.constantFrom('2026-11-20T10:00:12.1234567Z', '4/14/2025 11:35:37 AM'),
        category: fc.constantFrom(...CATEGORIES),
        properties: fc.oneof(
          anyProperties,
          anyProperties.map((value) => JSON.stringify(value)),
        ),
        identity: fc.oneof(
          fc.record({
            claims: membersOf(['oid', 'appid', 'upn', 'idtyp', 'name'], anyValue),
            authorization: anyValue,
          }),
          anyText,
        ),
      },
      { requiredKeys: ['time'] },
    ),
  )
  .map(([members, known]) => ({ ...members, ...known }));

/** Values that are larger than any object of an event may be. */
const largeText = fc
  .tuple(
    fc.constantFrom('a', '"', '\\', '\u0001', '\u00e9', '\u2028', '\ud83d\ude00'),
    fc.nat({ max: 150_000 }),
  )
  .map(([character, count]) => character.repeat(count));
const largeValue = fc.oneof(
  largeText,
  fc.array(largeText, { maxLength: 4 }),
  membersOf(['inner', 'x'.repeat(300), 'y'], largeText),
  largeText.map((text) => JSON.stringify({ text })),
  fc
    .nat({ max: 4000 })
    .map((count) => Array.from({ length: count }, (_, index) => ({ index, name: `n${index}` }))),
  fc
    .nat({ max: 3000 })
    .map((count) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`member${index}`, 'value'.repeat(9)])),
    ),
);
const largeRecord = fc
  .tuple(
    membersOf([...MEMBER_NAMES, 'z'.repeat(30_000)], largeValue),
    membersOf(PROPERTY_NAMES, largeValue),
    fc.constantFrom(...CATEGORIES),
  )
  .map(([members, properties, category]) => ({
    ...members,
    properties,
    category,
    time: '2026-11-20T10:00:12Z',
  }));

/** What must hold for any record: an event that Lake takes and from which the record can be rebuilt, or a reject. */
function expectKept(text: string): void {
  const outcome = mapOne(text);
  if (outcome.outcome === 'reject') {
    expect(['NO_EVENT_TIME', 'INVALID_EVENT_TIME']).toContain(outcome.reason);
    return;
  }
  const { eventData } = outcome.event;
  const parsed = parseRecord(Buffer.from(text)) as { record: JsonObject };
  const sent = JSON.stringify(eventData);
  const omitted = (eventData.additionalEventData?.['omitted'] ?? []) as string[];

  expect(findViolations(eventData, ACCOUNT)).toEqual([]);
  expect(canonical(rebuildRecord(parseJson(sent) as unknown as EventData))).toBe(
    canonical(withoutOmitted(parsed.record, omitted)),
  );
  const body = JSON.stringify({ auditEvents: [{ id: outcome.event.id, eventData: sent }] });
  expect(utf8Length(body)).toBeLessThanOrEqual(MAX_REQUEST_BYTES - 100);
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

it('never fails on any JSON value', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      const outcome = mapOne(text);

      expect(outcome).toMatchObject({ outcome: 'reject' });
      expect(['NOT_AN_OBJECT', 'NO_EVENT_TIME', 'INVALID_EVENT_TIME']).toContain(
        outcome.outcome === 'reject' ? outcome.reason : '',
      );
    }),
    { numRuns: 500 },
  );
});

it('keeps every record of the known shapes with any values in them', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      expectKept(JSON.stringify(record));
    }),
    { numRuns: 1500 },
  );
});

it('keeps large records within the limits and names what it had to leave out', () => {
  fc.assert(
    fc.property(largeRecord, (record) => {
      expectKept(JSON.stringify(record));
    }),
    { numRuns: 60 },
  );
});
