import * as fc from 'fast-check';
import { FAMILIES } from '#mapping/choose-family.ts';
import { DERIVED_MEMBERS } from '#mapping/derived-members.ts';

const CATEGORIES = FAMILIES.flatMap(({ categories }) => categories);

const MEMBER_NAMES = (
  'time resourceId operationName category resultType resultSignature resultDescription callerIpAddress ' +
  'correlationId identity level Level properties tenantId statusCode authorization claims caller httpRequest ' +
  'status eventDataId flowRecords uri __proto__ constructor toString hasOwnProperty / ~ a/b~c'
)
  .split(' ')
  .concat('', Object.values(DERIVED_MEMBERS).flat());

const PROPERTY_NAMES = (
  'id createdDateTime activityDateTime timeGenerated userAgent ipAddress EventID AuditEventId ' +
  'metricResponseType riskLevel hierarchy __proto__ constructor a/b~c'
)
  .split(' ')
  .concat(FAMILIES.flatMap(({ body, embedded }) => [...body.keys()].concat(embedded)));

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

const COLLECTED_NAMES = (
  'UserId UserKey UserType ClientIP ClientIPAddress OrganizationId Workload ResultStatus LoginStatus LogonError ' +
  'ErrorCode Actor Target Parameters ExtendedProperties AppAccessContext Item Folders PolicyDetails userid clientip ' +
  'signInEventTypes location isInteractive lastUpdatedDateTime riskState initiatedBy targetResources properties'
)
  .split(' ')
  .concat(PROPERTY_NAMES, Object.values(DERIVED_MEMBERS).flat());
/** Lists of named values, as Office 365 and Microsoft Graph write them. */
const anyPairs = fc.array(
  membersOf(['Name', 'Value', 'NewValue', 'ID', 'Type', 'key', 'value', 'displayName', 'newValue'], anyValue),
  { maxLength: 4 },
);
const TIMES = fc.constantFrom('2026-11-20T10:00:12.1234567Z', '2026-11-20T10:00:12', '2026-11-20 10:00:12');
/** A record as Microsoft Graph or the Office 365 Management API gives it, with any values in it. */
export const anyCollectedRecord = fc
  .tuple(
    membersOf(COLLECTED_NAMES, fc.oneof({ weight: 4, arbitrary: anyValue }, anyPairs)),
    fc.oneof(
      fc.record({ CreationTime: TIMES, RecordType: fc.integer({ min: -1, max: 300 }), Operation: anyText }),
      fc.record({ createdDateTime: TIMES, id: anyText, appDisplayName: anyText }),
      fc.record({
        activityDateTime: TIMES,
        activityDisplayName: anyText,
        id: anyText,
        initiatedBy: anyValue,
      }),
      fc.record({ riskEventType: anyText, id: anyText, lastUpdatedDateTime: TIMES }),
    ),
  )
  .map(([members, known]) => Object.assign(members, known));
/** A record of a known shape with any values in it. */
export const anyRecord = fc
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
  .map(([members, known]) => Object.assign(members, known));

/** Values that are larger than any object of an event may be. */
const largeText = fc
  .tuple(
    fc.constantFrom('a', '"', '\\', '\u0001', '\u00e9', '\u2028', '\ud83d\ude00'),
    fc.nat({ max: 60_000 }),
  )
  .map(([character, count]) => character.repeat(count));
const largeValue = fc.oneof(
  largeText,
  fc.array(largeText, { maxLength: 4 }),
  membersOf(['inner', 'x'.repeat(300), 'y'], largeText),
  largeText.map((text) => JSON.stringify({ text })),
  fc
    .nat({ max: 2500 })
    .map((count) => Array.from({ length: count }, (_, index) => ({ index, name: `n${index}` }))),
  fc
    .nat({ max: 1500 })
    .map((count) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`member${index}`, 'value'.repeat(9)])),
    ),
);
/** A record with values that are larger than any object of an event may be. */
export const largeRecord = fc
  .tuple(
    membersOf([...MEMBER_NAMES, 'z'.repeat(30_000)], largeValue),
    membersOf(PROPERTY_NAMES, largeValue),
    fc.constantFrom(...CATEGORIES),
  )
  .map(([members, properties, category]) =>
    Object.assign(members, { properties, category, time: '2026-11-20T10:00:12Z' }),
  );
/** The same for the records of the collectors. */
export const largeCollectedRecord = fc
  .tuple(
    membersOf([...COLLECTED_NAMES, 'z'.repeat(30_000)], fc.oneof(largeValue, anyPairs)),
    fc.constantFrom(
      { CreationTime: '2026-11-20T10:00:12', RecordType: 1, Operation: 'Set-Mailbox' },
      { createdDateTime: '2026-11-20T10:00:12Z', id: 's', appDisplayName: 'a' },
    ),
  )
  .map(([members, known]) => Object.assign(members, known));
