import { describeError, type ErrorDescription } from '#shared/errors/describe-error.ts';

/** What became of a replayed record, or would in a dry run. */
export type ReplayOutcome = 'delivered' | 'rejected' | 'unsettled' | 'excluded';

/** Records of one reject reason with one outcome. */
export interface OutcomeCount {
  /** Reject reason before the replay. */
  readonly reason: string;
  readonly outcome: ReplayOutcome;
  /** Reject reason now, the filter rule that leaves the records out, or the code of the error that left them unsettled. */
  readonly cause?: string;
  readonly records: number;
}

/** What a replay of the failure queue did, or would do. */
export interface RejectsReport {
  readonly queue: 'failures';
  readonly dryRun: boolean;
  /** Messages looked at. */
  readonly looked: number;
  readonly outcomes: readonly OutcomeCount[];
  /** Further messages of records that were replayed. */
  readonly copies: number;
  /** Messages of other reasons, or beyond the limit; they stay. */
  readonly others: number;
  /** Messages that are no rejects; they stay. */
  readonly refused: number;
  /** True when everything that was asked for was looked at. */
  readonly complete: boolean;
  /** Why the replay stopped before that. */
  readonly stoppedBy?: ErrorDescription;
  /** True when nothing is left of what was asked for; in a dry run: when nothing would be. */
  readonly nothingLeft: boolean;
}

/** What putting ranges back did, or would do. */
export interface RangesReport {
  readonly queue: 'range-dead-letters';
  readonly dryRun: boolean;
  /** Ranges that were moved, or would be: then it is the queue's own, approximate number. */
  readonly moved: number;
  /** Messages that are no ranges; they stay. */
  readonly refused: number;
  readonly complete: boolean;
  readonly stoppedBy?: ErrorDescription;
  readonly nothingLeft: boolean;
}

export type ReplayReport = RejectsReport | RangesReport;

/** A report, and the error that stopped the run before it had looked at everything. */
export interface Replayed<Report extends ReplayReport = ReplayReport> {
  readonly report: Report;
  readonly error: unknown;
}

/** Counts outcomes by reason and cause. */
export class OutcomeCounts {
  readonly #counts = new Map<string, OutcomeCount>();

  add(reason: string, outcome: ReplayOutcome, cause?: string): void {
    const key = JSON.stringify([reason, outcome, cause]);
    const records = (this.#counts.get(key)?.records ?? 0) + 1;
    this.#counts.set(key, { reason, outcome, ...(cause === undefined ? {} : { cause }), records });
  }

  /** Records of an outcome, of all reasons. */
  of(outcome: ReplayOutcome): number {
    let records = 0;
    for (const count of this.#counts.values()) if (count.outcome === outcome) records += count.records;
    return records;
  }

  /** By reason, then outcome, then cause. */
  all(): OutcomeCount[] {
    const sorted = [...this.#counts].sort(([left], [right]) => (left < right ? -1 : 1));
    return sorted.map(([, count]) => count);
  }
}

/** The part of a report that says why it ended early. */
export function stopOf(error: unknown): { stoppedBy?: ErrorDescription } {
  return error === undefined ? {} : { stoppedBy: describeError(error) };
}
