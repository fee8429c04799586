import type { RejectReason } from '#mapping/reject-reason.ts';
import { MAX_RECORD_BYTES } from '#shared/framing/frame.ts';

/** A line as no writer should write it, and what must become of it. */
export interface BadLine {
  readonly what: string;
  /** Without its line ending. */
  readonly bytes: Buffer;
  readonly ending: '\n' | '\r\n';
  readonly outcome: 'delivered' | RejectReason;
  /** Text that the event, as JSON, must hold. */
  readonly holds?: string;
  /** Text that the event, as JSON, must not hold. */
  readonly lacks?: string;
}

const TIME = '"time":"2026-11-20T10:00:00.1234567Z"';
const OPERATION = '"operationName":"MICROSOFT.RESOURCES/SUBSCRIPTIONS/RESOURCEGROUPS/WRITE"';

/** A record with these further members, as JSON text. */
function record(members: string): string {
  return `{${TIME},${OPERATION},"category":"Administrative",${members}}`;
}

function bad(
  what: string,
  bytes: string | Buffer,
  outcome: BadLine['outcome'],
  more: Partial<BadLine> = {},
): BadLine {
  return { what, bytes: Buffer.from(bytes), ending: '\n', outcome, ...more };
}

/** A record of exactly `bytes` bytes. */
function recordOf(bytes: number): string {
  const empty = record('"properties":{"filler":""}');
  return empty.replace('""}}', () => `"${'x'.repeat(bytes - empty.length)}"}}`);
}

const NO_JSON: readonly BadLine[] = [
  bad('text', 'Lorem ipsum', 'NOT_JSON'),
  bad('single quotes', `{ ${TIME}, "properties": {'appName':'x'}}`, 'NOT_JSON'),
  bad('a torn record in the middle', `{ ${TIME}, "properties": {"a":`, 'NOT_JSON'),
  bad('two records on one line', `${record('"a":1')}${record('"a":2')}`, 'NOT_JSON'),
  bad(
    'two records with a lone carriage return between',
    `${record('"a":1')}\r${record('"a":2')}`,
    'NOT_JSON',
  ),
  bad('a trailing comma', `${record('"a":1')},`, 'NOT_JSON'),
  bad('NaN', record('"a":NaN'), 'NOT_JSON'),
  bad('NUL bytes alone', Buffer.alloc(40), 'NOT_JSON'),
  bad('a NUL byte in a text', record('"a":"x\u0000y"'), 'NOT_JSON'),
  bad('a NUL byte behind the record', `${record('"a":1')}\u0000`, 'NOT_JSON'),
  bad('a next line character between members', `{${TIME},\u0085${OPERATION}}`, 'NOT_JSON'),
  bad('UTF-16', Buffer.from(`\uFEFF${record('"a":1')}`, 'utf16le'), 'INVALID_UTF8'),
  bad(
    'a byte that UTF-8 has not',
    Buffer.concat([Buffer.from(`{${TIME},"a":"`), Buffer.from([0xff]), Buffer.from('"}')]),
    'INVALID_UTF8',
  ),
  bad(
    'half of a character',
    Buffer.from(Buffer.from(record('"a":"🙂"')).filter((byte) => byte !== 0x82)),
    'INVALID_UTF8',
  ),
  bad(
    'a surrogate in UTF-8',
    Buffer.concat([Buffer.from(`{${TIME},"a":"`), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    'INVALID_UTF8',
  ),
];

const NO_RECORD: readonly BadLine[] = [
  bad('an empty object', '{}', 'NO_EVENT_TIME'),
  bad('an empty array', '[]', 'NOT_AN_OBJECT'),
  bad('an array of records', `[${record('"a":1')}]`, 'NOT_AN_OBJECT'),
  bad('null', 'null', 'NOT_AN_OBJECT'),
  bad('a number', '42', 'NOT_AN_OBJECT'),
  bad('a text in quotes', '"text"', 'NOT_AN_OBJECT'),
  bad('a document among lines', `{"records":[${record('"a":1')}]}`, 'NO_EVENT_TIME'),
  bad(
    'nesting of 10,000 arrays',
    record(`"a":${'['.repeat(10_000)}${']'.repeat(10_000)}`),
    'NESTED_TOO_DEEP',
  ),
  bad(
    'nesting of 10,000 objects',
    record(`"a":${'{"b":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
    'NESTED_TOO_DEEP',
  ),
  bad('a line one byte over the cap', recordOf(MAX_RECORD_BYTES + 1), 'RECORD_TOO_LONG'),
  bad('a line of 9 MiB', recordOf(9 * 1024 * 1024), 'RECORD_TOO_LONG', { ending: '\r\n' }),
];

const NO_TIME: readonly BadLine[] = [
  ...['null', '""'].map((time) => bad(`time ${time}`, `{"time":${time},${OPERATION}}`, 'NO_EVENT_TIME')),
  ...['1763632800', 'true', '{}', '[]', '"soon"', '"2026-02-30T10:00:00Z"', '"0001-01-01T00:00:00Z"'].map(
    (time) => bad(`time ${time}`, `{"time":${time},${OPERATION}}`, 'INVALID_EVENT_TIME'),
  ),
];

const ODD_RECORDS: readonly BadLine[] = [
  bad('a line as long as the cap', recordOf(MAX_RECORD_BYTES), 'delivered', {
    holds: '"omitted":["/properties/filler"]',
  }),
  bad('CRLF', record('"a":"crlf"'), 'delivered', { ending: '\r\n' }),
  bad('a byte order mark in front', `\uFEFF${record('"a":"bom"')}`, 'delivered'),
  bad('blanks around the record', `  \t${record('"a":"blanks"')}  `, 'delivered'),
  bad('the address <null>', record('"callerIpAddress":"<null>"'), 'delivered', {
    holds: '"<null>"',
    lacks: '"recipientAccountId":"111122223333","sourceIPAddress"',
  }),
  bad('an address with a port', record('"callerIpAddress":"203.0.113.7:4242"'), 'delivered', {
    holds: '"sourceIPAddress":"203.0.113.7"',
  }),
  bad('a US date', `{"time":"4/14/2025 11:35:37 PM",${OPERATION}}`, 'delivered', {
    holds: '"eventTime":"2025-04-14T23:35:37Z"',
  }),
  bad('a number beyond 2^53', record('"properties":{"n":9007199254740993}'), 'delivered', {
    holds: '"n":9007199254740993',
  }),
  bad('a number beyond a double', record('"properties":{"n":1e999}'), 'delivered', { holds: '"n":1e999' }),
  bad('line separators in a text', record('"properties":{"a":"x\u2028y\u2029z\u0085w"}'), 'delivered', {
    holds: 'x\u2028y\u2029z\u0085w',
  }),
  bad('an escaped NUL', record(String.raw`"properties":{"a":"x\u0000y"}`), 'delivered', {
    holds: String.raw`x\u0000y`,
  }),
  bad('half of a surrogate pair, escaped', record(String.raw`"properties":{"a":"x\ud83dy"}`), 'delivered', {
    holds: String.raw`x\ud83dy`,
  }),
  bad('a name written twice', record('"a":1,"a":2'), 'delivered', { holds: '"repeated":["/a"]' }),
  bad(
    '__proto__ and constructor',
    record('"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}'),
    'delivered',
    { holds: '"__proto__":{"polluted":1}' },
  ),
  bad('an empty name', record('"":1'), 'delivered', { holds: '"":1' }),
  bad(
    '100,000 members',
    record(Array.from({ length: 100_000 }, (_, index) => `"k${index}":${index}`).join(',')),
    'delivered',
    { holds: '"omitted":[' },
  ),
  bad(
    'a text of 300,000 characters in every field',
    record(
      ['resultDescription', 'identity', 'correlationId', 'resultSignature']
        .map((name) => `"${name}":"${'é'.repeat(150_000)}"`)
        .join(','),
    ),
    'delivered',
    { holds: '"omitted":[' },
  ),
];

const MEMBERS = [
  'operationName',
  'category',
  'resourceId',
  'resultType',
  'resultSignature',
  'resultDescription',
  'durationMs',
  'callerIpAddress',
  'correlationId',
  'identity',
  'level',
  'location',
  'tenantId',
  'properties',
];
const WRONG_VALUES = ['null', '42', 'true', '"text"', '""', '[]', '[[1],{"a":null}]', '{}', '{"a":{"b":[]}}'];

/** Every member of the common schema with every kind of value; none has the time, which is required. */
const WRONG_TYPES: readonly BadLine[] = MEMBERS.flatMap((name) =>
  WRONG_VALUES.map((value) =>
    bad(`${name} of ${value}`, `{${TIME},"marker":"${name}","${name}":${value}}`, 'delivered'),
  ),
);

export const BAD_LINES: readonly BadLine[] = [
  ...NO_JSON,
  ...NO_RECORD,
  ...NO_TIME,
  ...ODD_RECORDS,
  ...WRONG_TYPES,
];
