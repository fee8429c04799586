import type { Drift } from '#mapping/drift.ts';
import type { OutgoingMessage } from '#shared/aws/queue-sender.ts';
import type { LogObjectReader } from '#shared/azure/log-object-reader.ts';
import type { CheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { initialCheckpoint, type Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import { CrosstrailError, type ErrorCode } from '#shared/errors/crosstrail-error.ts';
import { RecordFramer } from '#shared/framing/frame-records.ts';
import type { Range } from '#shared/ranges/range.ts';
import { tailAdvanced } from '#shared/ranges/tail.ts';
import { writeRejectMessage, type RejectedRecord } from '#shared/rejects/reject-message.ts';
import type { Destination } from '#shared/destinations/destination.ts';
import { mapFrame, mapTail, type MappedFrame } from '#shared/records/map-frames.ts';
import { settleWindow, type SettledFrame } from './settle.ts';

/** What processing a range needs of the world. */
export interface ProcessingPorts {
  readonly reader: Pick<LogObjectReader, 'read'>;
  readonly checkpoints: Pick<CheckpointStore, 'read' | 'commit'>;
  readonly destination: Destination;
  readonly failures: { send(messages: readonly OutgoingMessage[]): Promise<void> };
  readonly recipientAccountId: string;
  /** Milliseconds that this invocation may still use. */
  readonly remainingMs: () => number;
  /** Bytes of a window; {@link WINDOW_BYTES} unless told. */
  readonly windowBytes?: number;
  onReject(record: RejectedRecord): void;
  onDrift(drift: Drift): void;
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
  /** Records that a filter rule left out. */
  excluded: number;
  excludedBytes: number;
  torn: boolean;
  /** Why the range is not settled to its end; undefined when it is. */
  error: unknown;
}

/**
 * Bytes of one ranged GET, and of the window that is settled and committed at once: about 1,600 records of 2.5 kB. A
 * crash repeats at most one window; memory is a small multiple of it.
 */
export const WINDOW_BYTES = 4 * 1024 * 1024;

/**
 * Time of an invocation that is kept for what follows the last delivery, even if every service stalls: the requests in
 * flight (10 s), then rejects, the commit and putting messages back (13 s each).
 */
export const SETTLE_MS = 50_000;

/** Time below which no further window is begun: it would have less than half a minute. */
export const RESERVE_MS = 80_000;

/**
 * Reads what a range has beyond the checkpoint, delivers it and commits, window by window. Never throws: what stopped
 * it is in `error`, and what was settled before stays committed. Once `deadline` aborts nothing more is read or sent.
 */
export async function processRange(
  range: Range,
  ports: ProcessingPorts,
  deadline: AbortSignal = new AbortController().signal,
): Promise<RangeProgress> {
  const { logObject, end } = range;
  const progress: RangeProgress = {
    from: 0,
    to: 0,
    delivered: 0,
    deliveredBytes: 0,
    rejected: 0,
    excluded: 0,
    excludedBytes: 0,
    torn: false,
    error: undefined,
  };
  let stored: Checkpoint | undefined;
  let current = initialCheckpoint(logObject);
  const left = new AbortController();
  const stopReading = AbortSignal.any([deadline, left.signal]);
  try {
    stored = await ports.checkpoints.read(logObject);
    const start = stored ?? current;
    current = start;
    Object.assign(progress, { from: start.committed, to: start.committed, torn: start.torn });
    if (isSettled(start, range)) return progress;

    const framer = new RecordFramer(start.committed, start.framing);
    const commit = async (settled: Checkpoint): Promise<void> => {
      if (settled === current) return;
      // Also when only a part of the window is settled: from any offset but 0 the framing cannot be seen again.
      const { framing } = framer;
      const after = { ...settled, framing, knownEnd: Math.max(settled.knownEnd, end) };
      await ports.checkpoints.commit(stored, after);
      stored = after;
      current = after;
      progress.to = after.committed;
    };
    const settle = async (
      mapped: readonly MappedFrame[],
      finish: (settled: Checkpoint) => Checkpoint,
    ): Promise<void> => {
      const { checkpoint, rejects, delivered, excluded, blockedBy } = settleWindow(
        current,
        await deliver(mapped, ports, deadline),
      );
      await ports.failures.send(rejects.map((record) => ({ body: writeRejectMessage(record) })));
      await commit(blockedBy === undefined ? finish(checkpoint) : checkpoint);
      for (const record of rejects) ports.onReject(record);
      progress.delivered += delivered.records;
      progress.deliveredBytes += delivered.bytes;
      progress.rejected += rejects.length;
      progress.excluded += excluded.records;
      progress.excludedBytes += excluded.bytes;
      if (blockedBy !== undefined) throw blockedBy;
    };
    const map = (frame: Parameters<typeof mapFrame>[1]): MappedFrame =>
      mapFrame(logObject, frame, ports.recipientAccountId);

    let offset = start.committed;
    let next = readWindow(ports, range, offset, stopReading);
    while (offset < end) {
      const chunk = await next;
      offset += chunk.length;
      // The next window is read while this one is delivered.
      next = readWindow(ports, range, offset, stopReading);
      const frames = framer.push(chunk);
      if (offset < end) {
        await settle(frames.map(map), (settled) => settled);
        if (ports.remainingMs() < RESERVE_MS) throw outOfTime(range, current);
        continue;
      }
      const tail = framer.tail();
      const mappedTail =
        tail.kind === 'torn'
          ? mapTail(logObject, tail.frame, ports.recipientAccountId, range.tail)
          : undefined;
      const torn = tail.kind === 'torn' && tail.frame.kind !== 'blank' && mappedTail === undefined;
      await settle([...frames.map(map), ...(mappedTail === undefined ? [] : [mappedTail])], (settled) => ({
        ...settled,
        examined: Math.max(settled.examined, end),
        tail: range.tail,
        torn,
      }));
      progress.torn = torn;
    }
    await next;
  } catch (error) {
    progress.error = error;
    if (isGone(error) && end > current.knownEnd) {
      // Nothing to commit, but to remember: without it the audit could not see that these bytes ever were.
      try {
        await ports.checkpoints.commit(stored, { ...current, knownEnd: end });
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

/** Delivers the events among mapped frames and tells what became of each frame. */
async function deliver(
  mapped: readonly MappedFrame[],
  ports: ProcessingPorts,
  deadline: AbortSignal,
): Promise<SettledFrame[]> {
  const events = mapped.flatMap(({ result }) => (result.kind === 'event' ? [result.event] : []));
  for (const { result } of mapped) {
    if (result.kind === 'event') for (const drift of result.drift) ports.onDrift(drift);
  }
  const outcomes = (await ports.destination.deliver(events, deadline)).values();
  return mapped.map(({ frame, result }): SettledFrame => {
    const { offset, length } = frame;
    if (result.kind !== 'event') {
      return { offset, length, outcome: result };
    }
    const outcome = outcomes.next().value;
    if (outcome === undefined) {
      const error = new CrosstrailError(
        'DELIVERY_INCOMPLETE',
        'the destination told no outcome for an event',
      );
      return { offset, length, outcome: { kind: 'unsettled', error } };
    }
    if (outcome.kind !== 'rejected') return { offset, length, outcome };
    const { rejection } = outcome;
    return { offset, length, outcome: { kind: 'rejected', record: { ...result.record, rejection } } };
  });
}
