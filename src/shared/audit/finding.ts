import type { LogObject } from '#mapping/origin.ts';
import type { Range } from '#shared/ranges/range.ts';

/**
 * Every way in which bytes can be missing that a listing and the checkpoints show: what happened, and what a person
 * does about it. `docs/audit.md` lists the same.
 */
export const FINDINGS = {
  'never-enqueued': {
    cause:
      'Azure lists it, listing went past it, and no range of it was ever settled: its message was lost, or waits or failed for longer than the grace time.',
    fix: 'Look at the range dead-letter queue and the Processor’s log for the reason, then enqueue it with --repair.',
  },
  'stuck-range': {
    cause:
      'It grew and was enqueued, and what it grew by is not settled within the grace time: its message was lost, waits or fails.',
    fix: 'Look at the range dead-letter queue and the Processor’s log for the reason, then enqueue it with --repair.',
  },
  'grown-after-horizon': {
    cause: 'It grew after its day left the horizon, so that no listing looks at it again.',
    fix: 'Enqueue it with --repair. If Azure is that late more often, raise HorizonHours.',
  },
  'torn-tail': {
    cause: 'Its hour is long over and it ends in the middle of a record: the writer stopped there.',
    fix: 'Within half of the horizon nothing: then the rest goes to the failure queue as TORN_TAIL. After that, --repair does the same.',
  },
  shrunk: {
    cause:
      'It is shorter than what Azure listed of it before: its bytes were replaced after they were exported.',
    fix: 'Look in the storage account’s own log for who rewrote it. What was delivered before stays in CloudTrail Lake.',
  },
  'deleted-before-read': {
    cause: 'It was deleted before it was read to its end.',
    fix: 'Restore it in Azure (soft delete, versioning) within its retention and run the audit again; shorten the schedule or lengthen the lifecycle rule.',
  },
  'recreated-before-read': {
    cause: 'It was deleted and created again before the old generation was read to its end.',
    fix: 'The new generation is read by itself. Restore the old one in Azure under another name to see what is lost, and find who deleted it.',
  },
  'checkpoint-broken': {
    cause:
      'Its checkpoint contradicts itself, so that bytes may have been passed over: the table was changed by something other than Crosstrail.',
    fix: 'Restore the item from the table’s point-in-time recovery, or delete it: the log object is then delivered again, with the same ids.',
  },
  'listing-behind': {
    cause:
      'No listing of the container was completed within the grace time, so that nothing new is enqueued.',
    fix: 'Look at the Aggregator’s log and whether its schedule is enabled. Nothing is lost yet: the next listing takes up all of it.',
  },
  'collection-behind': {
    cause:
      'A collector did not read this log type up to the grace time, so that nothing new of it is written.',
    fix: 'Look at the collector’s log (collection.failed) and whether its schedule is enabled. Nothing is lost while the API still reaches back: 7 days for Office 365, 7 or 30 for Entra ID.',
  },
  'collection-gap': {
    cause:
      'The collector stood still for longer than the API reaches back: what belongs to this time was never read.',
    fix: 'Look for another copy: Microsoft Purview audit search, or a diagnostic setting that exported the same log.',
  },
} as const;

export type FindingKind = keyof typeof FINDINGS;

/** One thing that the audit found. */
export interface Finding {
  readonly kind: FindingKind;
  readonly container: string;
  /** Undefined for a finding about the whole container. */
  readonly logObject: LogObject | undefined;
  /** Bytes that are missing, or for `checkpoint-broken` and `shrunk` do not add up; 0 when it is not about bytes. */
  readonly bytes: number;
  /** The figures behind it, for a person. */
  readonly detail: string;
  /** What to enqueue so that the missing bytes are read; empty when that cannot help. */
  readonly repair: readonly Range[];
}
