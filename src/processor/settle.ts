import type { RejectedRecord } from '#shared/rejects/reject-message.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import type { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** A frame and what became of it. */
export interface SettledFrame {
  readonly offset: number;
  readonly length: number;
  readonly outcome:
    | { readonly kind: 'blank' }
    | { readonly kind: 'delivered' }
    | { readonly kind: 'rejected'; readonly record: RejectedRecord }
    /** A filter rule leaves the record out. */
    | { readonly kind: 'excluded'; readonly rule: string }
    | { readonly kind: 'unsettled'; readonly error: CrosstrailError };
}

/** How much there is of something. */
export interface RecordsAndBytes {
  readonly records: number;
  readonly bytes: number;
}

/** What may be committed of a window. */
export interface Settlement {
  /** `before` moved over the settled frames; the very same when there are none. */
  readonly checkpoint: Checkpoint;
  /** Rejects before the new committed offset: they go to the failure queue first, then the commit follows. */
  readonly rejects: readonly RejectedRecord[];
  readonly delivered: RecordsAndBytes;
  /** By the name of the filter rule. */
  readonly excluded: ReadonlyMap<string, RecordsAndBytes>;
  /** Why the window is not settled to its end. */
  readonly blockedBy: CrosstrailError | undefined;
}

/**
 * Moves a checkpoint over the frames that are settled without a gap (I1): it stops before the first one that is not.
 * Bytes between frames hold no record and count as framing.
 */
export function settleWindow(before: Checkpoint, frames: readonly SettledFrame[]): Settlement {
  let { committed, deliveredRecords, deliveredBytes, rejectedRecords, rejectedBytes } = before;
  let { excludedRecords, excludedBytes, framingBytes } = before;
  const rejects: RejectedRecord[] = [];
  const excluded = new Map<string, RecordsAndBytes>();
  let blockedBy: CrosstrailError | undefined;
  for (const { offset, length, outcome } of frames) {
    if (outcome.kind === 'unsettled') {
      blockedBy = outcome.error;
      break;
    }
    framingBytes += offset - committed;
    committed = offset + length;
    if (outcome.kind === 'blank') {
      framingBytes += length;
    } else if (outcome.kind === 'delivered') {
      deliveredRecords += 1;
      deliveredBytes += length;
    } else if (outcome.kind === 'excluded') {
      excludedRecords += 1;
      excludedBytes += length;
      const { records, bytes } = excluded.get(outcome.rule) ?? { records: 0, bytes: 0 };
      excluded.set(outcome.rule, { records: records + 1, bytes: bytes + length });
    } else {
      rejectedRecords += 1;
      rejectedBytes += length;
      rejects.push(outcome.record);
    }
  }
  const checkpoint =
    committed === before.committed
      ? before
      : {
          ...before,
          committed,
          examined: Math.max(before.examined, committed),
          deliveredRecords,
          deliveredBytes,
          rejectedRecords,
          rejectedBytes,
          excludedRecords,
          excludedBytes,
          framingBytes,
        };
  const delivered = {
    records: deliveredRecords - before.deliveredRecords,
    bytes: deliveredBytes - before.deliveredBytes,
  };
  return { checkpoint, rejects, delivered, excluded, blockedBy };
}
