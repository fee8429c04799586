import { isThrottle, judgeEntry, judgeRequest } from '#shared/destinations/judge-answer.ts';

describe('an entry of failed[]', () => {
  it.each([
    ['Throttling', 'retry'],
    ['InternalFailure', 'retry'],
    ['AccountNotSubscribed', 'stop'],
    ['InvalidRecipient', 'stop'],
  ])('%s: %s', (code, kind) => {
    expect(judgeEntry(code, '').kind).toBe(kind);
  });

  it.each([
    ['FieldTooLong', 'FIELD_TOO_LONG'],
    ['FieldNotFound', 'FIELD_NOT_FOUND'],
    ['InvalidChecksum', 'INVALID_CHECKSUM'],
    ['InvalidData', 'INVALID_DATA'],
    ['InvalidEventSource', 'INVALID_EVENT_SOURCE'],
    ['SomethingNew', 'UNKNOWN_ERROR_CODE'],
  ])('%s rejects the event as %s', (code, reason) => {
    expect(judgeEntry(code, 'why')).toEqual({
      kind: 'rejected',
      rejection: { reason, message: `${code}: why` },
    });
  });
});

describe('a request that failed as a whole', () => {
  it.each([
    ['Throttling', 400, 'retry'],
    ['ThrottlingException', 400, 'retry'],
    ['TooManyRequestsException', 400, 'retry'],
    ['RequestLimitExceeded', 400, 'retry'],
    ['InternalFailure', 400, 'retry'],
    ['InternalServerError', 400, 'retry'],
    ['ServiceUnavailable', 400, 'retry'],
    ['ServiceUnavailableException', 400, 'retry'],
    ['RequestTimeout', 408, 'retry'],
    ['RequestTimeoutException', 408, 'retry'],
    ['TimeoutError', undefined, 'retry'],
    ['AbortError', undefined, 'retry'],
    // An answer that breaks off or that nobody understands.
    ['SyntaxError', 200, 'retry'],
    ['Unknown', 399, 'retry'],
    ['Error', undefined, 'retry'],
    ['Unknown', 500, 'retry'],
    ['Unknown', 503, 'retry'],
    ['Unknown', 429, 'retry'],
    ['Unknown', 400, 'stop'],
    ['DuplicatedAuditEventId', 400, 'split'],
    ['SerializationException', 400, 'split'],
    ['RequestEntityTooLargeException', 400, 'split'],
    ['ValidationException', 400, 'split'],
    ['Unknown', 413, 'split'],
    ['ChannelNotFound', 400, 'stop'],
    ['ChannelInsufficientPermission', 400, 'stop'],
    ['AccessDeniedException', 403, 'stop'],
    ['ExpiredTokenException', 403, 'stop'],
  ] as const)('%s with status %s: %s', (name, status, verdict) => {
    expect(judgeRequest(name, status)).toBe(verdict);
  });
});

describe('an error that asks to be slower', () => {
  it.each([
    ['Throttling', undefined, true],
    ['ThrottlingException', 400, true],
    ['ThrottledException', 400, true],
    ['TooManyRequestsException', 400, true],
    ['RequestLimitExceeded', 400, true],
    ['Unknown', 429, true],
    ['Unknown', 503, false],
    ['InternalFailure', 500, false],
  ])('%s with status %s: %s', (name, status, slower) => {
    expect(isThrottle(name, status)).toBe(slower);
  });
});
