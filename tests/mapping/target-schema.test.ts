import {
  findViolations,
  isIpAddress,
  OBJECT_LIMITS,
  TEXT_LIMITS,
  utf8Length,
  type ViolationCode,
} from '#mapping/target-schema.ts';

const ACCOUNT = '123456789012';

function validEvent(): Record<string, unknown> {
  return {
    version: '1.0',
    userIdentity: { type: 'User', principalId: 'p' },
    eventSource: 'MICROSOFT.STORAGE',
    eventName: 'MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE',
    eventTime: '2026-11-20T10:00:12Z',
    UID: 'u',
    recipientAccountId: ACCOUNT,
  };
}

/** A valid event with `value` at a dotted path. */
function eventWith(path: string, value: unknown): Record<string, unknown> {
  const event = validEvent();
  const [first, second] = path.split('.') as [string, string?];
  if (second === undefined) {
    event[first] = value;
  } else {
    event[first] = { ...(event[first] as object), [second]: value };
  }
  return event;
}

function codesOf(event: unknown): [ViolationCode, string][] {
  return findViolations(event, ACCOUNT).map(({ code, path }) => [code, path]);
}

it('takes an event with all required fields and nothing else', () => {
  expect(findViolations(validEvent(), ACCOUNT)).toEqual([]);
});

it.each([null, 'text', [], 1, undefined])('refuses %p as an event', (value) => {
  expect(codesOf(value)).toEqual([['InvalidData', '']]);
});

it.each([
  'version',
  'userIdentity.type',
  'userIdentity.principalId',
  'eventSource',
  'eventName',
  'eventTime',
  'UID',
  'recipientAccountId',
])('misses %s when it is absent, null or empty, and refuses a number in its place', (path) => {
  for (const value of [undefined, null, '']) {
    expect(codesOf(eventWith(path, value))).toEqual([['FieldNotFound', path]]);
  }
  expect(codesOf(eventWith(path, 7))).toEqual([['InvalidData', path]]);
});

/** A text of exactly so many UTF-8 bytes, of this character as far as possible. */
function textOfBytes(bytes: number, character: string): string {
  const size = utf8Length(character);
  return character.repeat(Math.floor(bytes / size)) + 'b'.repeat(bytes % size);
}

const CHARACTERS = ['a', '\u{1f511}'];

it.each(Object.entries(TEXT_LIMITS))('takes %s up to %d bytes and not one more', (path, limit) => {
  for (const character of CHARACTERS) {
    expect(codesOf(eventWith(path, textOfBytes(limit - 1, character)))).toEqual([]);
    expect(codesOf(eventWith(path, textOfBytes(limit, character)))).toEqual([]);
    expect(codesOf(eventWith(path, textOfBytes(limit + 1, character)))).toEqual([['FieldTooLong', path]]);
  }
});

it.each(Object.entries(OBJECT_LIMITS))('takes %s up to %d bytes of JSON and not one more', (path, limit) => {
  const inside = limit - '{"k":""}'.length;
  for (const character of CHARACTERS) {
    expect(codesOf(eventWith(path, { k: textOfBytes(inside - 1, character) }))).toEqual([]);
    expect(codesOf(eventWith(path, { k: textOfBytes(inside, character) }))).toEqual([]);
    expect(codesOf(eventWith(path, { k: textOfBytes(inside + 1, character) }))).toEqual([
      ['FieldTooLong', path],
    ]);
  }
});

it.each(Object.keys(OBJECT_LIMITS))('refuses %s that is no object', (path) => {
  for (const value of ['{}', [], null, 1]) {
    expect(codesOf(eventWith(path, value))).toEqual([['InvalidData', path]]);
  }
});

it('refuses fields that the schema does not have', () => {
  expect(codesOf({ ...validEvent(), awsRegion: 'x' })).toEqual([['InvalidData', 'awsRegion']]);
  expect(codesOf(eventWith('userIdentity.arn', 'x'))).toEqual([['InvalidData', 'userIdentity.arn']]);
});

it('refuses a userIdentity that is no object, and misses what it should hold', () => {
  expect(codesOf(eventWith('userIdentity', 'root'))).toEqual([
    ['InvalidData', 'userIdentity'],
    ['FieldNotFound', 'userIdentity.type'],
    ['FieldNotFound', 'userIdentity.principalId'],
  ]);
});

it.each(['2026-11-20T10:00:12Z', '2026-11-20T10:00:12'])('takes %s as a time', (eventTime) => {
  expect(codesOf(eventWith('eventTime', eventTime))).toEqual([]);
});

it.each([
  '2026-11-20T10:00:12.5Z',
  '2026-11-20 10:00:12',
  '2026-02-30T10:00:12Z',
  '2026-11-20T25:00:00Z',
  'now',
])('refuses %s as a time', (eventTime) => {
  expect(codesOf(eventWith('eventTime', eventTime))).toEqual([['InvalidData', 'eventTime']]);
});

it.each(['203.0.113.10', '2001:db8::1', '::ffff:10.0.0.1'])('takes %s as an address', (address) => {
  expect(isIpAddress(address)).toBe(true);
  expect(codesOf(eventWith('sourceIPAddress', address))).toEqual([]);
});

it.each(['10.0.0.1:443', '[::1]', 'fe80::1%eth0', '127.0.0.0/8', '<null>', '1.2.3', ''])(
  'refuses %s as an address',
  (address) => {
    expect(isIpAddress(address)).toBe(false);
    expect(codesOf(eventWith('sourceIPAddress', address))).toEqual([['InvalidData', 'sourceIPAddress']]);
  },
);

it('refuses a recipient that is no account, or not the account of the channel', () => {
  expect(codesOf(eventWith('recipientAccountId', '12345'))).toEqual([
    ['InvalidRecipient', 'recipientAccountId'],
  ]);
  expect(codesOf(eventWith('recipientAccountId', '999999999999'))).toEqual([
    ['InvalidRecipient', 'recipientAccountId'],
  ]);
  expect(findViolations(eventWith('recipientAccountId', '999999999999'))).toEqual([]);
});

it('names fields and never values', () => {
  const messages = findViolations({
    ...validEvent(),
    eventName: 'secret'.repeat(500),
    eventTime: 'secret',
  }).map(({ message }) => message);

  expect(messages).toHaveLength(2);
  expect(messages.join(' ')).not.toContain('secret');
});
