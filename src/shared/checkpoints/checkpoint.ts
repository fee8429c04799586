import type { LogObject } from '#mapping/origin.ts';
import type { TailState } from '#shared/ranges/tail.ts';

/** How the records of a log object are delimited; known once its first bytes were seen. */
export type Framing = 'undecided' | 'lines' | 'document';

/**
 * A window whose rows are being written to S3, from `committed` on. Its objects may be there or not, so that whoever
 * comes next settles exactly this window again, before anything else: the keys of its objects derive from its start,
 * and a window of another length would leave rows behind that the next one writes under another key.
 */
export interface OpenWindow {
  /** Where its last record ends: the offset that will be committed. */
  readonly end: number;
  /** State of the tail that is its last record; `open` when its last record is a complete one. */
  readonly tail: TailState;
  /** UTC days, sorted, for which an object may have been written. */
  readonly days: readonly string[];
}

/**
 * How much of a log object is settled.
 * `committed = deliveredBytes + rejectedBytes + excludedBytes + framingBytes`, always.
 */
export interface Checkpoint {
  readonly logObject: LogObject;
  /** Every record before this byte offset is delivered, in the failure queue, or excluded by a filter rule. */
  readonly committed: number;
  /** Bytes that were looked at. What lies between `committed` and here is a torn tail or the end of a document. */
  readonly examined: number;
  /**
   * Bytes that the log object was known to have: the largest end of a range that was taken up. Beyond `examined` it is
   * what still has to be read, and what is lost when the log object is gone before that.
   */
  readonly knownEnd: number;
  /** State of the tail when it was last looked at. */
  readonly tail: TailState;
  /** True when the bytes after `committed` wait for the rest of a record; false for none, or a document's closing brackets. */
  readonly torn: boolean;
  readonly framing: Framing;
  readonly deliveredRecords: number;
  readonly deliveredBytes: number;
  readonly rejectedRecords: number;
  readonly rejectedBytes: number;
  /** Records that a filter rule left out: 0 without a filter, and in checkpoints of before there was one. */
  readonly excludedRecords: number;
  readonly excludedBytes: number;
  /** Blank lines, and what encloses the records of a document. */
  readonly framingBytes: number;
  /** The window whose rows are being written; undefined between windows, and always without S3 as a destination. */
  readonly openWindow: OpenWindow | undefined;
}

/** The checkpoint of a log object of which nothing was read. */
export function initialCheckpoint(logObject: LogObject): Checkpoint {
  return {
    logObject,
    committed: 0,
    examined: 0,
    knownEnd: 0,
    tail: 'open',
    torn: false,
    framing: 'undecided',
    deliveredRecords: 0,
    deliveredBytes: 0,
    rejectedRecords: 0,
    rejectedBytes: 0,
    excludedRecords: 0,
    excludedBytes: 0,
    framingBytes: 0,
    openWindow: undefined,
  };
}
