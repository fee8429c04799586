import type { RecordRules } from '#mapping/rules/record-rules.ts';
import type { LogObjectReader } from '#shared/azure/log-object-reader.ts';
import type { CheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { initialCheckpoint, type Checkpoint, type OpenWindow } from '#shared/checkpoints/checkpoint.ts';
import { CrosstrailError, type ErrorCode } from '#shared/errors/crosstrail-error.ts';
import { RecordFramer } from '#shared/framing/frame-records.ts';
import type { Range } from '#shared/ranges/range.ts';
import { tailAdvanced } from '#shared/ranges/tail.ts';
import { mapFrame, type MappedFrame } from '#shared/records/map-frames.ts';
import { ExcludedCounts } from './excluded-counts.ts';
import { endingAt, framedWindow } from './framed-window.ts';
import { WindowSettler, type SettlingPorts } from './window-settler.ts';

/** What processing a range needs of the world. */
export interface ProcessingPorts extends SettlingPorts {
  readonly reader: Pick<LogObjectReader, 'read'>;
  readonly checkpoints: Pick<CheckpointStore, 'read' | 'commit'>;
  readonly recipientAccountId: string;
  /** Milliseconds that this invocation may still use. */
  readonly remainingMs: () => number;
  /** Bytes of a window; {@link WINDOW_BYTES} unless told. */
  readonly windowBytes?: number;
  /** What is left out and hidden; nothing unless given. */
  readonly rules?: RecordRules;
}

/** How far a range came. */
export interface RangeProgress {
  /** Offset at which reading started. */
  readonly from: number;
  /** Offset now committed. */
  to: number;
  delivered: number;
  deliveredBytes: number;
  rejected: number;
  /** What filter rules left out. */
  readonly excluded: ExcludedCounts;
  torn: boolean;
  /** Why the range is not settled to its end; undefined when it is. */
  error: unknown;
}

/** The progress of a range of which nothing was looked at. */
export function noProgress(): RangeProgress {
  return {
    from: 0,
    to: 0,
    delivered: 0,
    deliveredBytes: 0,
    rejected: 0,
    excluded: new ExcludedCounts(),
    torn: false,
    error: undefined,
  };
}

/**
 * Bytes of one ranged GET, and of the window that is settled and committed at once: about 1,600 records of 2.5 kB. A
 * crash repeats at most one window; memory is a small multiple of it.
 */
export const WINDOW_BYTES = 4 * 1024 * 1024;

/**
 * Time of an invocation that is kept for what follows the last delivery, even if every service stalls: the requests to
 * CloudTrail Lake in flight (10 s); the open window (13 s) and its rows (20 s, and 5 s for the last try); then rejects,
 * the commit and putting messages back (13 s each).
 */
export const SETTLE_MS = 90_000;

/** Time below which no further window is begun: it would have less than half a minute. */
export const RESERVE_MS = 120_000;

/**
 * Reads what a range has beyond the checkpoint, delivers it and commits, window by window. Never throws: what stopped
 * it is in `error`, and what was settled before stays committed. Once `deadline` aborts nothing more is read or delivered;
 * the rows of what was are still written.
 */
export async function processRange(
  range: Range,
  ports: ProcessingPorts,
  deadline: AbortSignal = new AbortController().signal,
): Promise<RangeProgress> {
  const { logObject, end } = range;
  const progress = noProgress();
  let settler: WindowSettler | undefined;
  const left = new AbortController();
  const stopReading = AbortSignal.any([deadline, left.signal]);
  try {
    const stored = await ports.checkpoints.read(logObject);
    const start = stored ?? initialCheckpoint(logObject);
    Object.assign(progress, { from: start.committed, to: start.committed, torn: start.torn });
    if (isSettled(start, range)) return progress;

    settler = new WindowSettler(stored, start, end, ports, progress, deadline);
    if (settler.openWindow !== undefined) {
      await settleAgain(settler, settler.openWindow, range, ports, stopReading);
      progress.torn = settler.current.torn;
      if (isSettled(settler.current, range)) return progress;
      if (ports.remainingMs() < RESERVE_MS) throw outOfTime(range, settler.current);
    }
    await settleToEnd(settler, range, ports, stopReading);
    progress.torn = settler.current.torn;
  } catch (error) {
    progress.error = error;
    if (isGone(error) && settler !== undefined && end > settler.current.knownEnd) {
      // Nothing to commit, but to remember: without it the audit could not see that these bytes ever were.
      try {
        await settler.remember(end);
      } catch (failure) {
        // The range comes again, and with it the first error.
        progress.error = failure;
      }
    }
  } finally {
    // A window that was read ahead in vain does not go on behind the caller's back.
    left.abort();
  }
  return progress;
}

/** Settles what the range has beyond the checkpoint, window by window. */
async function settleToEnd(
  settler: WindowSettler,
  range: Range,
  ports: ProcessingPorts,
  stopReading: AbortSignal,
): Promise<void> {
  const { logObject, end } = range;
  const { recipientAccountId, rules } = ports;
  let offset = settler.current.committed;
  const framer = new RecordFramer(offset, settler.current.framing);
  let next = readWindow(ports, range, offset, stopReading);
  while (offset < end) {
    const chunk = await next;
    offset += chunk.length;
    // The next window is read while this one is delivered.
    next = readWindow(ports, range, offset, stopReading);
    const mapped = framer.push(chunk).map((frame) => mapFrame(logObject, frame, recipientAccountId, rules));
    if (offset < end) {
      await settler.settle(framedWindow(mapped, framer.framing));
      if (ports.remainingMs() < RESERVE_MS) throw outOfTime(range, settler.current);
      continue;
    }
    const ending = endingAt(end, range.tail, framer, { logObject, recipientAccountId, rules });
    await settler.settle(framedWindow(mapped, framer.framing, ending));
  }
  await next;
}

/** Settles the window that was left open: its bytes are known to be there, also beyond the end of the range. */
async function settleAgain(
  settler: WindowSettler,
  { end, tail }: OpenWindow,
  { logObject }: Range,
  ports: ProcessingPorts,
  stopReading: AbortSignal,
): Promise<void> {
  const { recipientAccountId, rules } = ports;
  let offset = settler.current.committed;
  const framer = new RecordFramer(offset, settler.current.framing);
  const mapped: MappedFrame[] = [];
  while (offset < end) {
    const chunk = await readWindow(ports, { logObject, end, tail }, offset, stopReading);
    offset += chunk.length;
    for (const frame of framer.push(chunk))
      mapped.push(mapFrame(logObject, frame, recipientAccountId, rules));
  }
  const ending =
    tail === 'open' ? undefined : endingAt(end, tail, framer, { logObject, recipientAccountId, rules });
  await settler.settle(framedWindow(mapped, framer.framing, ending));
}

/** True when the bytes of a range are no longer in Azure. A missing container is a matter of the set-up instead. */
function isGone(error: unknown): boolean {
  const gone: readonly ErrorCode[] = ['LOG_OBJECT_NOT_FOUND', 'LOG_OBJECT_RECREATED', 'LOG_OBJECT_SHRUNK'];
  return error instanceof CrosstrailError && gone.includes(error.code);
}

function outOfTime({ logObject, end }: Range, { committed }: Checkpoint): CrosstrailError {
  const { account, container, name } = logObject;
  const what = `${container}/${name} is committed to ${committed} of ${end} bytes`;
  return new CrosstrailError('OUT_OF_TIME', what, { account, container, logObject: name, committed, end });
}

/** True when nothing of the range is left to look at: a duplicate or late message. */
function isSettled(checkpoint: Checkpoint, { end, tail }: Range): boolean {
  if (end > checkpoint.examined) return false;
  return end < checkpoint.examined || !checkpoint.torn || !tailAdvanced(checkpoint.tail, tail);
}

function readWindow(
  { reader, windowBytes = WINDOW_BYTES }: ProcessingPorts,
  { logObject, end }: Range,
  offset: number,
  deadline: AbortSignal,
): Promise<Buffer> {
  const window = reader.read(logObject, offset, Math.min(windowBytes, end - offset), deadline);
  // It is awaited after the delivery of the window before; until then a failure must not count as unhandled.
  window.catch(() => undefined);
  return window;
}
