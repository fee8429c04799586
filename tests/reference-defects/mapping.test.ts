import type { JsonObject } from '#mapping/audit-event.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { EVENT_VERSION } from '#mapping/map-record.ts';
import { PLACEHOLDERS } from '#mapping/placeholders.ts';
import { findViolations } from '#mapping/target-schema.ts';
import { CrosstrailError, ERRORS, type ErrorCode } from '#shared/errors/crosstrail-error.ts';
import { mapFrame } from '#shared/records/map-frames.ts';
import { writeRejectMessage } from '#shared/rejects/reject-message.ts';
import { frame } from '../shared/framing/frame.ts';
import { ACCOUNT, administrative, canonical, eventDataOf, mapOne, originOf } from '../mapping/map-one.ts';

/** The event data of an Activity record with these members. */
function eventDataWith(members: JsonObject): ReturnType<typeof eventDataOf> {
  return eventDataOf(administrative(members));
}

it('MAP1: an address that the record does not have is left out, and none is invented', () => {
  for (const callerIpAddress of ['<null>', '', null]) {
    expect(eventDataWith({ callerIpAddress })).not.toHaveProperty('sourceIPAddress');
  }
  expect(eventDataWith({})).not.toHaveProperty('sourceIPAddress');
});

it('MAP2: an address with a port is taken without it', () => {
  expect(eventDataWith({ callerIpAddress: '203.0.113.7:51234' }).sourceIPAddress).toBe('203.0.113.7');
  expect(eventDataWith({ callerIpAddress: '[2001:db8::1]:443' }).sourceIPAddress).toBe('2001:db8::1');
});

it('MAP3: a success has no errorCode', () => {
  for (const resultType of ['Success', 'Succeeded', 'Start', 'Accept', '0']) {
    expect(eventDataWith({ resultType })).not.toHaveProperty('errorCode');
  }
  expect(eventDataWith({ resultType: 'Failed' })).toHaveProperty('errorCode');
});

it('MAP4: errorMessage is what the record says for a person, and never the signature', () => {
  const eventData = eventDataWith({
    resultType: 'Failed',
    resultSignature: 'Failed.Conflict',
    resultDescription: 'The name is taken.',
  });

  expect(eventData).toMatchObject({ errorCode: 'Conflict', errorMessage: 'The name is taken.' });
  expect(eventDataWith({ resultType: 'Failed', resultSignature: 'Failed.Conflict' })).not.toHaveProperty(
    'errorMessage',
  );
});

it('MAP5: a record without a time is a reject that says so, and gets no time of ours', () => {
  for (const time of [undefined, null, '']) {
    const record = time === undefined ? { operationName: 'A' } : { operationName: 'A', time };
    expect(mapOne(record)).toMatchObject({ outcome: 'reject', reason: 'NO_EVENT_TIME' });
  }
  expect(mapOne({ time: 'yesterday' })).toMatchObject({ outcome: 'reject', reason: 'INVALID_EVENT_TIME' });
});

it('MAP6: a time with an offset becomes UTC', () => {
  expect(eventDataWith({ time: '2026-11-20T10:00:12+05:30' }).eventTime).toBe('2026-11-20T04:30:12Z');
});

it('MAP7: the fraction of a second is kept, and rounds nothing', () => {
  const eventData = eventDataWith({ time: '2026-11-20T10:00:12.9999999Z' });

  expect(eventData.eventTime).toBe('2026-11-20T10:00:12Z');
  expect(eventData.additionalEventData?.['eventTime']).toBe('2026-11-20T10:00:12.9999999Z');
});

it('MAP8: an identity of any type is kept, and stops nothing', () => {
  for (const identity of [null, 'someone@example.com', 42, true, [], ['a', { b: 1 }], {}, { claims: 'x' }]) {
    const record = administrative({ identity });

    const eventData = eventDataOf(record);

    expect(findViolations(eventData, ACCOUNT)).toEqual([]);
    expect(canonical(rebuildRecord(eventData))).toBe(canonical(record));
  }
});

it('MAP9: a record without an operation name gets a placeholder that says so', () => {
  for (const operationName of [null, '', 7, {}]) {
    expect(eventDataWith({ operationName }).eventName).not.toBe('');
  }
  expect(eventDataWith({ operationName: null }).eventName).toBe(PLACEHOLDERS.eventName);
});

it('MAP10: a record without a principal is delivered with a placeholder that says so', () => {
  const eventData = eventDataWith({});

  expect(eventData.userIdentity.principalId).toBe(PLACEHOLDERS['userIdentity.principalId']);
  expect(findViolations(eventData, ACCOUNT)).toEqual([]);
});

it('MAP11: version tells the layout of the event, and the version that the record names is kept', () => {
  const record = administrative({ operationVersion: '2021-04-01', schemaVersion: '7.3' });

  const eventData = eventDataOf(record);

  expect(eventData.version).toBe(EVENT_VERSION);
  expect(rebuildRecord(eventData)).toMatchObject({ operationVersion: '2021-04-01', schemaVersion: '7.3' });
});

it('MAP12: a line ends at a line feed and at nothing else', () => {
  const text = 'a\u2028b\u2029c\u0085d\u001Ee';
  const bytes = Buffer.from(`${JSON.stringify({ text })}\n{"form":"feed\f\v"}\n`);

  const { frames } = frame(bytes);

  expect(frames.map(({ kind }) => kind)).toEqual(['record', 'record']);
});

it('MAP13: an incomplete last line is no event and no reject; it waits', () => {
  const { frames, torn } = frame(Buffer.from('{"a":1}\n{"time":"2026-11-2'));

  expect(frames).toHaveLength(1);
  expect(torn).toMatchObject({ kind: 'record', offset: 8 });
});

it('MAP14: the records of a {"records":[…]} document are found', () => {
  const { frames, framing } = frame(Buffer.from('{"records":[{"a":1},\n{"a":2}]}'));

  expect(framing).toBe('document');
  expect(frames).toHaveLength(2);
});

/** The rejects of every way to fail: mapping, a destination, and a record too long to hold. */
function rejectMessages(): Record<string, unknown>[] {
  const logObject = originOf();
  const mapped = ['no json', '{}', '[]'].map((text) => {
    const bytes = Buffer.from(text);
    return mapFrame(logObject, { kind: 'record', offset: 0, length: bytes.length, bytes }, ACCOUNT);
  });
  mapped.push(
    mapFrame(logObject, { kind: 'oversize', offset: 0, length: 9e6, sha256: 'f'.repeat(64) }, ACCOUNT),
  );
  const records = mapped.flatMap(({ result }) => (result.kind === 'rejected' ? [result.record] : []));
  const byDestination = {
    id: 'id',
    origin: originOf(),
    rejection: { reason: 'FIELD_TOO_LONG', message: 'FieldTooLong: eventName' },
    content: { bytes: Buffer.from('{}') },
  } as const;
  return [...records, byDestination].map(
    (record) => JSON.parse(writeRejectMessage(record)) as Record<string, unknown>,
  );
}

it('MAP15: every reject has the same form, and its record is text, encoded once', () => {
  const messages = rejectMessages();

  const forms = messages.map((message) =>
    Object.keys(message)
      .filter((name) => name !== 'record')
      .join(),
  );
  expect(messages).toHaveLength(5);
  expect(new Set(forms).size).toBe(1);
  expect(messages[0]?.['record']).toEqual({ encoding: 'utf8', text: 'no json' });
});

it('MAP16: every reject says why, and where its record stands', () => {
  for (const message of rejectMessages()) {
    expect(message).toMatchObject({
      reason: expect.stringMatching(/^[A-Z_]+$/),
      message: expect.stringMatching(/.{10}/),
      account: 'auditlogs',
      name: expect.stringContaining('PT1H.json'),
      generation: '2026-11-20T10:00:12Z',
      offset: 0,
      length: expect.any(Number),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  }
});

it('MAP17: an error says what is wrong in its text, where in its fields, and what to do', () => {
  for (const [code, { fix }] of Object.entries(ERRORS)) {
    const error = new CrosstrailError(code as ErrorCode, 'reading a/b failed', { container: 'a' });

    expect(error.message).toBe(`${code}: reading a/b failed`);
    expect(error.fields).toEqual({ container: 'a' });
    expect(error.fix).toBe(fix);
    expect(fix).toMatch(/^[A-Z].{20,}\.$/s);
  }
});
