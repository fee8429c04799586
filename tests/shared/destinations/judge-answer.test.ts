import { judgeEntry, judgeRequest } from '#shared/destinations/judge-answer.ts';

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
    ['ThrottlingException', 400, 'retry'],
    ['TimeoutError', undefined, 'retry'],
    ['Error', undefined, 'retry'],
    ['Unknown', 500, 'retry'],
    ['Unknown', 503, 'retry'],
    ['Unknown', 429, 'retry'],
    ['DuplicatedAuditEventId', 400, 'split'],
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
