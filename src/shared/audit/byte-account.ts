/**
 * What became of the bytes that Azure lists. Always
 * `listedBytes = deliveredBytes + rejectedBytes + excludedBytes + framingBytes + pendingBytes + unexplainedBytes`,
 * and `unexplainedBytes` is 0 unless there is a finding.
 */
export interface ByteAccount {
  readonly logObjects: number;
  readonly listedBytes: number;
  readonly deliveredBytes: number;
  readonly rejectedBytes: number;
  /** In records that a filter rule left out. */
  readonly excludedBytes: number;
  /** Blank lines, and what encloses the records of a document. */
  readonly framingBytes: number;
  /** Not settled yet. */
  readonly pendingBytes: number;
  /** What the checkpoints leave open; negative when they count more than Azure lists. */
  readonly unexplainedBytes: number;
  readonly deliveredRecords: number;
  readonly rejectedRecords: number;
  readonly excludedRecords: number;
  /** Log objects that Azure listed once, no longer lists, and that were read to their end; in no other figure. */
  readonly goneLogObjects: number;
}

export const EMPTY_ACCOUNT: ByteAccount = {
  logObjects: 0,
  listedBytes: 0,
  deliveredBytes: 0,
  rejectedBytes: 0,
  excludedBytes: 0,
  framingBytes: 0,
  pendingBytes: 0,
  unexplainedBytes: 0,
  deliveredRecords: 0,
  rejectedRecords: 0,
  excludedRecords: 0,
  goneLogObjects: 0,
};

/** The sum, figure by figure. */
export function addAccounts(left: ByteAccount, right: ByteAccount): ByteAccount {
  const sum = (figure: keyof ByteAccount): number => left[figure] + right[figure];
  return {
    logObjects: sum('logObjects'),
    listedBytes: sum('listedBytes'),
    deliveredBytes: sum('deliveredBytes'),
    rejectedBytes: sum('rejectedBytes'),
    excludedBytes: sum('excludedBytes'),
    framingBytes: sum('framingBytes'),
    pendingBytes: sum('pendingBytes'),
    unexplainedBytes: sum('unexplainedBytes'),
    deliveredRecords: sum('deliveredRecords'),
    rejectedRecords: sum('rejectedRecords'),
    excludedRecords: sum('excludedRecords'),
    goneLogObjects: sum('goneLogObjects'),
  };
}
