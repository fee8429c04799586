/** How often and how long an AWS service is asked. */
export interface AwsPatience {
  /** Times that a request is sent in all. */
  readonly tries: number;
  /** Longest time for a try until its answer begins, and for silence while it lasts, milliseconds. */
  readonly tryTimeoutMs: number;
}

/** Longest time to connect, milliseconds: within a Region it takes one or two. */
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * Options of an AWS SDK client that waits for nothing without end. The SDK's own default is to wait for an answer for
 * ever, and to only warn when a request timeout is over.
 * https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/CLIENTS.md#request-handler-requesthandler
 */
export function clientOptions({ tries, tryTimeoutMs }: AwsPatience) {
  return {
    maxAttempts: tries,
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, tryTimeoutMs),
      requestTimeout: tryTimeoutMs,
      socketTimeout: tryTimeoutMs,
      throwOnRequestTimeout: true,
    },
  };
}

/** Calls of DynamoDB, SQS and Secrets Manager: milliseconds each. Three tries and their pauses are over in 13 s. */
export const AWS_PATIENCE: AwsPatience = { tries: 3, tryTimeoutMs: 4_000 };

/** PutAuditEvents, with up to 1 MB to send. One try: repeats are paced by the destination, which counts them. */
export const LAKE_PATIENCE: AwsPatience = { tries: 1, tryTimeoutMs: 10_000 };

/** PutObject, with about 1 MB to send. One try: repeats are those of the bucket's writer, which counts them. */
export const EVENT_BUCKET_PATIENCE: AwsPatience = { tries: 1, tryTimeoutMs: 5_000 };

/** Log objects of collectors: parts of up to 8 MiB to send and to read. */
export const RAW_BUCKET_PATIENCE: AwsPatience = { tries: 3, tryTimeoutMs: 20_000 };
