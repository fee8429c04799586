import { retryAfterMs } from '#shared/retry-after.ts';

/** What an AWS SDK client threw, as far as one needs it to decide. */
export interface FailedAnswer {
  /** Error code of the service, or the name that the SDK gives to what is none. */
  readonly name: string;
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  /** Milliseconds that the service asks to wait. */
  readonly retryAfterMs: number | undefined;
  /** Name and status for a message. What is no name of a service is not repeated: it might be content. */
  readonly said: string;
}

/** Reads what an AWS SDK client threw. */
export function failedAnswer(error: unknown): FailedAnswer {
  const { name, $metadata, $response } = error as {
    name: string;
    $metadata?: { httpStatusCode?: number };
    $response?: { headers?: Readonly<Record<string, string>> };
  };
  const status = $metadata?.httpStatusCode;
  const word = /^[\w.]{1,80}$/.test(name) ? name : 'an error';
  return {
    name,
    status,
    retryAfterMs: retryAfterMs($response?.headers?.['retry-after'], Date.now()),
    said: status === undefined ? `${word} (no answer)` : `${word} (${status})`,
  };
}
