import type { FailedAnswer } from '#shared/aws/failed-answer.ts';

/**
 * Codes of S3 that pass, beside all answers of 408, 429 and 5xx. The connection was slow, clocks differ (the SDK then
 * corrects its own), another write of the key is under way, or the body did not arrive as it was sent.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const PASSING = new Set([
  'BadDigest',
  'InvalidDigest',
  'OperationAborted',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'XAmzContentChecksumMismatch',
]);

/** True for answers that mean "slower": S3's own (503 SlowDown), or those of KMS that it passes on. */
export function isSlowDown({ name, status }: Pick<FailedAnswer, 'name' | 'status'>): boolean {
  return status === 429 || /SlowDown|throttl|TooManyRequests|RequestLimitExceeded/i.test(name);
}

/**
 * True when the same PutObject may succeed a moment later. No status at all means that no answer came, one below 300
 * that the answer broke off: the object may be there, and a repeat only writes it again. A redirect means a bucket of
 * another Region, what else is below 500 a bucket, key or permission that only a person can mend.
 */
export function putMayPass({ name, status }: Pick<FailedAnswer, 'name' | 'status'>): boolean {
  if (status === undefined || status < 300 || status >= 500 || status === 408) return true;
  return PASSING.has(name) || isSlowDown({ name, status });
}
