import type { RejectReason, Rejection } from '#mapping/reject-reason.ts';

/** What an entry of `failed[]` calls for. */
export type EntryVerdict =
  | { readonly kind: 'retry' }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'stop' };

/** What a refused request calls for. */
export type RequestVerdict = 'retry' | 'split' | 'stop';

const REJECTING: Readonly<Record<string, RejectReason>> = {
  FieldTooLong: 'FIELD_TOO_LONG',
  FieldNotFound: 'FIELD_NOT_FOUND',
  InvalidChecksum: 'INVALID_CHECKSUM',
  InvalidData: 'INVALID_DATA',
  InvalidEventSource: 'INVALID_EVENT_SOURCE',
};

/** Codes that would come back for every record: the channel or the account is set up wrongly. */
const STOPPING = new Set(['AccountNotSubscribed', 'InvalidRecipient']);

/**
 * Judges an entry of `failed[]`. AWS documents nine codes; two pass by themselves, two concern the set-up, the others
 * the event. A code that is not documented rejects the event: it is kept, and its neighbours are not held up.
 * https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/API_ResultErrorEntry.html
 */
export function judgeEntry(errorCode: string, errorMessage: string): EntryVerdict {
  if (errorCode === 'Throttling' || errorCode === 'InternalFailure') return { kind: 'retry' };
  if (STOPPING.has(errorCode)) return { kind: 'stop' };
  const reason = REJECTING[errorCode] ?? 'UNKNOWN_ERROR_CODE';
  return { kind: 'rejected', rejection: { reason, message: `${errorCode}: ${errorMessage}` } };
}

/** Errors about the content of a request: halving it finds the event that causes them. */
const SPLITTING = new Set([
  'ValidationException',
  'SerializationException',
  'DuplicatedAuditEventId',
  'RequestEntityTooLargeException',
]);

/** Errors that pass. https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/CommonErrors.html */
const PASSING = new Set([
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'InternalFailure',
  'InternalServerError',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'RequestTimeout',
  'RequestTimeoutException',
]);

/**
 * Judges a request that failed as a whole. No status at all means that no answer came, one below 400 that the answer
 * broke off or cannot be understood: in both cases the events may have been taken, and only a repeat tells.
 */
export function judgeRequest(errorName: string, httpStatusCode: number | undefined): RequestVerdict {
  if (PASSING.has(errorName)) return 'retry';
  if (SPLITTING.has(errorName) || httpStatusCode === 413) return 'split';
  if (httpStatusCode === undefined || httpStatusCode < 400) return 'retry';
  return httpStatusCode === 429 || httpStatusCode >= 500 ? 'retry' : 'stop';
}

/** True for errors that mean "slower". */
export function isThrottle(errorName: string, httpStatusCode: number | undefined): boolean {
  return /throttl|TooManyRequests|RequestLimitExceeded/i.test(errorName) || httpStatusCode === 429;
}
