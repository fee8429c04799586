import { isDeepStrictEqual } from 'node:util';
import type { Drift } from '#mapping/drift.ts';
import type { OutgoingMessage } from '#shared/aws/queue-sender.ts';
import type { CheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import type { Checkpoint, OpenWindow } from '#shared/checkpoints/checkpoint.ts';
import type { Destination } from '#shared/destinations/destination.ts';
import type { RowWriter } from '#shared/destinations/rows/event-bucket.ts';
import { daysOf, windowObjects, type PlacedEvent } from '#shared/destinations/rows/row-object.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { MappedFrame } from '#shared/records/map-frames.ts';
import { writeRejectMessage, type RejectedRecord } from '#shared/rejects/reject-message.ts';
import { portionsOf, type FramedWindow } from './framed-window.ts';
import type { RangeProgress } from './process-range.ts';
import { settleWindow, type SettledFrame } from './settle.ts';

/** What settling a window needs of the world. */
export interface SettlingPorts {
  readonly checkpoints: Pick<CheckpointStore, 'commit'>;
  /** CloudTrail Lake, or what takes its place. */
  readonly destination: Destination;
  /** S3, when it is a destination. */
  readonly rows?: RowWriter | undefined;
  readonly failures: { send(messages: readonly OutgoingMessage[]): Promise<void> };
  /** Days of rows that are written at once; {@link MAX_DAYS_AT_ONCE} unless told. */
  readonly daysAtOnce?: number;
  onReject(record: RejectedRecord): void;
  onDrift(drift: Drift): void;
}

/**
 * Objects of rows that are written at once, one for each day of the events. A log object of an hour has the events of
 * one day or two; one that tells more times is settled in portions.
 */
export const MAX_DAYS_AT_ONCE = 32;

/**
 * Settles windows of one log object, one after the other, and moves its checkpoint.
 *
 * With rows, each record is in S3 exactly once: a window's objects have keys that derive from where it begins, and the
 * order is
 * 1. CloudTrail Lake takes the events (at least once). What it rejects gets no row, so that both hold the same; what it
 *    did not settle ends the window early.
 * 2. The checkpoint remembers where the window ends and the days that it has (`openWindow`), by a conditional write.
 * 3. The objects are put, one for each day. 4. Rejects go to the failure queue. 5. The commit closes the window.
 * Who dies or fails between 2 and 5 leaves an open window. Whoever comes next, with whatever range, settles exactly
 * that window again, all or nothing: the same records under the same keys. An object of a day that the repeat has no
 * event for (another mapping, another filter) is written empty. A processor that others have overtaken writes the very
 * bytes that are there already.
 */
export class WindowSettler {
  readonly #ports: SettlingPorts;
  readonly #deadline: AbortSignal;
  readonly #progress: RangeProgress;
  /** End of the range: so many bytes are known to be there. */
  readonly #knownEnd: number;
  /** What is in the table; undefined when nothing is. */
  #stored: Checkpoint | undefined;
  #current: Checkpoint;

  constructor(
    stored: Checkpoint | undefined,
    current: Checkpoint,
    knownEnd: number,
    ports: SettlingPorts,
    progress: RangeProgress,
    deadline: AbortSignal,
  ) {
    this.#stored = stored;
    this.#current = current;
    this.#knownEnd = knownEnd;
    this.#ports = ports;
    this.#progress = progress;
    this.#deadline = deadline;
  }

  /** How much is settled. */
  get current(): Checkpoint {
    return this.#current;
  }

  /** The window that was left open, when its rows matter. */
  get openWindow(): OpenWindow | undefined {
    return this.#ports.rows === undefined ? undefined : this.#current.openWindow;
  }

  /** Delivers a window and commits it. Throws what a destination did not settle; what precedes it is committed. */
  async settle(window: FramedWindow): Promise<void> {
    const { rows, daysAtOnce = MAX_DAYS_AT_ONCE } = this.#ports;
    const isWhole = rows === undefined || this.openWindow !== undefined;
    for (const portion of isWhole ? [window] : portionsOf(window, daysAtOnce))
      await this.#settleAtOnce(portion);
  }

  /** Remembers that the log object had so many bytes. */
  async remember(knownEnd: number): Promise<void> {
    await this.#store({ ...this.#current, knownEnd });
  }

  async #settleAtOnce(window: FramedWindow): Promise<void> {
    const before = this.#current;
    const frames = await deliver(window.mapped, this.#ports, this.#deadline);
    const { checkpoint, rejects, delivered, excluded, blockedBy } = settleWindow(before, frames);
    if (blockedBy !== undefined && this.openWindow !== undefined) throw blockedBy;

    await this.#writeRows(window, frames, checkpoint.committed);
    await this.#ports.failures.send(rejects.map((record) => ({ body: writeRejectMessage(record) })));
    const after = blockedBy === undefined ? finish(checkpoint, window) : checkpoint;
    if (after !== before || this.#current.openWindow !== undefined) {
      // Also when only a part of the window is settled: from any offset but 0 the framing cannot be seen again.
      await this.#store({ ...after, framing: window.framing, openWindow: undefined });
    }
    for (const record of rejects) this.#ports.onReject(record);
    const progress = this.#progress;
    progress.delivered += delivered.records;
    progress.deliveredBytes += delivered.bytes;
    progress.rejected += rejects.length;
    progress.excluded.add(excluded);
    if (blockedBy !== undefined) throw blockedBy;
  }

  /** Writes the rows of the frames before `end`, once the checkpoint says that they may be there. */
  async #writeRows(window: FramedWindow, frames: readonly SettledFrame[], end: number): Promise<void> {
    const { rows } = this.#ports;
    if (rows === undefined) return;
    const { committed, logObject, openWindow } = this.#current;
    const events = window.mapped.flatMap(({ frame, result }, index): PlacedEvent[] => {
      const isDelivered = result.kind === 'event' && frames[index]?.outcome.kind === 'delivered';
      return isDelivered && frame.offset < end ? [{ event: result.event, offset: frame.offset }] : [];
    });
    const days = [...new Set([...(openWindow?.days ?? []), ...daysOf(logObject, events)])].sort();
    if (days.length === 0) return;
    const { ending } = window;
    const tail = ending?.mapped !== undefined && ending.end === end ? ending.tail : 'open';
    const open = { end: openWindow?.end ?? end, tail: openWindow?.tail ?? tail, days };
    if (!isDeepStrictEqual(open, openWindow)) {
      await this.#store({ ...this.#current, framing: window.framing, openWindow: open });
    }
    const outcomes = await rows.write(windowObjects(logObject, committed, events, days));
    const failure = outcomes.find((outcome) => outcome !== undefined);
    if (failure !== undefined) throw failure;
  }

  async #store(checkpoint: Checkpoint): Promise<void> {
    const after = { ...checkpoint, knownEnd: Math.max(checkpoint.knownEnd, this.#knownEnd) };
    await this.#ports.checkpoints.commit(this.#stored, after);
    this.#stored = after;
    this.#current = after;
    this.#progress.to = after.committed;
  }
}

function finish(settled: Checkpoint, { ending }: FramedWindow): Checkpoint {
  if (ending === undefined) return settled;
  const { end, tail, torn } = ending;
  return { ...settled, examined: Math.max(settled.examined, end), tail, torn };
}

/** Delivers the events among mapped frames and tells what became of each frame. */
async function deliver(
  mapped: readonly MappedFrame[],
  ports: SettlingPorts,
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
