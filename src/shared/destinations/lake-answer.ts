import { failedAnswer } from '#shared/aws/failed-answer.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { DeliveryOutcome } from './destination.ts';
import { isThrottle, judgeEntry, judgeRequest } from './judge-answer.ts';
import type { Entry } from './pack-requests.ts';

/** Entries that go in one request, and how often they went before. */
export interface Request {
  readonly entries: readonly Entry[];
  readonly tries: number;
}

/** What one request led to: outcomes by the event's index, requests to send again, and why to stop if so. */
export interface Answer {
  readonly settled: readonly (readonly [index: number, outcome: DeliveryOutcome])[];
  readonly again: readonly Request[];
  readonly throttled: number;
  /** Milliseconds that the service asks to wait. */
  readonly retryAfterMs?: number | undefined;
  /** What the service said to the entries that go again. */
  readonly said?: string | undefined;
  readonly stop?: CrosstrailError | undefined;
}

function refused(channelArn: string, code: string, cause?: unknown): CrosstrailError {
  return new CrosstrailError(
    'CHANNEL_REFUSED',
    `PutAuditEvents to ${channelArn} answered ${code}`,
    { channelArn, code },
    cause,
  );
}

/** What an answer that names its entries led to. */
export function judgeEntries(
  { entries, tries }: Request,
  successful: readonly { id?: string | undefined }[],
  failed: readonly {
    id?: string | undefined;
    errorCode?: string | undefined;
    errorMessage?: string | undefined;
  }[],
  channelArn: string,
): Answer {
  const accepted = new Set(successful.map(({ id }) => id));
  const failures = new Map(failed.map((failure) => [failure.id, failure]));
  const settled: [number, DeliveryOutcome][] = [];
  const again: Entry[] = [];
  let throttled = 0;
  let said: string | undefined;
  let stop: CrosstrailError | undefined;
  for (const entry of entries) {
    const failure = failures.get(entry.id);
    if (failure === undefined) {
      // An entry that the answer does not name was not taken for certain.
      if (accepted.has(entry.id)) settled.push([entry.index, { kind: 'delivered' }]);
      else again.push(entry);
      continue;
    }
    const code = failure.errorCode ?? '';
    const verdict = judgeEntry(code, failure.errorMessage ?? '');
    if (verdict.kind === 'retry') {
      again.push(entry);
      said = code;
      if (isThrottle(code, undefined)) throttled += 1;
    } else if (verdict.kind === 'rejected') {
      settled.push([entry.index, verdict]);
    } else {
      stop ??= refused(channelArn, code);
    }
  }
  return {
    settled,
    again: again.length === 0 ? [] : [{ entries: again, tries: tries + 1 }],
    throttled,
    said,
    stop,
  };
}

/** What a request that failed as a whole led to. */
export function judgeFailure({ entries, tries }: Request, error: unknown, channelArn: string): Answer {
  const { name, status, retryAfterMs, said } = failedAnswer(error);
  const verdict = judgeRequest(name, status);
  const throttled = isThrottle(name, status) ? 1 : 0;
  if (verdict === 'stop')
    return { settled: [], again: [], throttled, stop: refused(channelArn, name, error) };
  if (verdict === 'retry') {
    return {
      settled: [],
      again: [{ entries, tries: tries + 1 }],
      throttled,
      retryAfterMs,
      said,
    };
  }
  if (entries.length > 1) {
    // Halving finds the event that causes the refusal in at most seven steps; it is progress, not a repeat.
    const half = Math.ceil(entries.length / 2);
    const halves = [entries.slice(0, half), entries.slice(half)];
    return { settled: [], again: halves.map((part) => ({ entries: part, tries: 0 })), throttled };
  }
  const rejection = {
    reason:
      status === 413 || name === 'RequestEntityTooLargeException' ? 'REQUEST_TOO_LARGE' : 'INVALID_DATA',
    message: `PutAuditEvents refused a request that held only this event: ${name}`,
  } as const;
  return {
    settled: entries.map((entry) => [entry.index, { kind: 'rejected', rejection }] as const),
    again: [],
    throttled,
  };
}
