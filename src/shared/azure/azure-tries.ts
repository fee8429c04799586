import { setTimeout as delay } from 'node:timers/promises';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { retryAfterMs } from '#shared/retry-after.ts';

/** How often and how long Azure is asked. */
export interface AzurePatience {
  /** Times that a request is sent in all. */
  readonly tries: number;
  /** Longest time for one of them, its body included, milliseconds. */
  readonly tryTimeoutMs: number;
  /** Pause before the second try, milliseconds; it doubles. */
  readonly firstPauseMs: number;
  /** Longest `Retry-After` that is waited for, milliseconds; what asks for more is left to the range queue. */
  readonly longestRetryAfterMs: number;
  /** Epoch ms. */
  readonly now: () => number;
  /** Ends early, without an error, when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * Four tries of 30 s and pauses of 1, 2 and 4 s. The Azure SDK's own policy is not used: its time per try is only a wish
 * that it sends to the service (a service that goes silent is waited for without end), it knows no `Retry-After`, gives
 * up at 429, and does not see what happens to a body.
 */
export const AZURE_PATIENCE: AzurePatience = {
  tries: 4,
  tryTimeoutMs: 30_000,
  firstPauseMs: 1_000,
  longestRetryAfterMs: 20_000,
  now: Date.now,
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

/** Answers that pass. https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

interface RestErrorLike {
  readonly name?: string;
  readonly code?: string;
  readonly statusCode?: number;
  readonly response?: { readonly headers?: { get?(name: string): string | undefined } };
}

/** True when the same request may succeed a moment later. */
function mayPass(error: unknown): boolean {
  if (error instanceof CrosstrailError) return error.code === 'READ_INCOMPLETE';
  const { name, code, statusCode } = error as RestErrorLike;
  // A listing that broke off is an answer with status 200 whose XML does not parse.
  if (code === 'PARSE_ERROR') return true;
  if (statusCode !== undefined) return PASSING_STATUSES.has(statusCode);
  return name === 'RestError' || name === 'AbortError';
}

/** Milliseconds to wait before the try after `tries`; undefined when there shall be none. */
function pauseAfter(error: unknown, tries: number, patience: AzurePatience): number | undefined {
  if (tries >= patience.tries || !mayPass(error)) return undefined;
  const full = patience.firstPauseMs * 2 ** (tries - 1);
  const asked = retryAfterMs(
    (error as RestErrorLike).response?.headers?.get?.('retry-after'),
    patience.now(),
  );
  if (asked === undefined) return full;
  return asked > patience.longestRetryAfterMs ? undefined : Math.max(full, asked);
}

/**
 * Sends a request to Azure until it succeeds or its patience ends, and throws what the last try threw. Each try gets a
 * signal that ends it, body included. When `deadline` aborts, everything ends at once with OUT_OF_TIME.
 */
export async function tryAzure<Result>(
  attempt: (signal: AbortSignal) => Promise<Result>,
  patience: AzurePatience,
  deadline?: AbortSignal,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    if (isOver(deadline)) throw outOfTime();
    const timeout = AbortSignal.timeout(patience.tryTimeoutMs);
    try {
      return await attempt(deadline === undefined ? timeout : AbortSignal.any([timeout, deadline]));
    } catch (error) {
      if (isOver(deadline) && mayPass(error)) throw outOfTime(error);
      const pause = pauseAfter(error, tries, patience);
      if (pause === undefined) throw error;
      await patience.sleep(pause, deadline);
    }
  }
}

/** Waits for `work` while there is time: throws OUT_OF_TIME once `deadline` aborted, and lets it end by itself. */
export async function beforeDeadline<Result>(
  work: Promise<Result>,
  deadline: AbortSignal | undefined,
): Promise<Result> {
  if (deadline === undefined) return await work;
  let stop = (): void => undefined;
  const over = new Promise<never>((_resolve, reject) => {
    stop = () => reject(outOfTime());
  });
  deadline.addEventListener('abort', stop);
  if (deadline.aborted) stop();
  try {
    return await Promise.race([work, over]);
  } finally {
    deadline.removeEventListener('abort', stop);
  }
}

function isOver(deadline: AbortSignal | undefined): boolean {
  return deadline?.aborted === true;
}

function outOfTime(cause?: unknown): CrosstrailError {
  return new CrosstrailError('OUT_OF_TIME', 'a request to Azure was cut off', {}, cause);
}
