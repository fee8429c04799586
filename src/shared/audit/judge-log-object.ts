import type { LogObject } from '#mapping/origin.ts';
import type { ListedLogObject } from '#shared/azure/log-object-listing.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import { decideRanges } from '#shared/ranges/decide-ranges.ts';
import { tailStateAt } from '#shared/ranges/tail.ts';
import { EMPTY_ACCOUNT, type ByteAccount } from './byte-account.ts';
import { dayStart, type Circumstances } from './circumstances.ts';
import type { Finding, FindingKind } from './finding.ts';
import { enclosingBytes, MAX_ENCLOSING_BYTES } from './unread-bytes.ts';
import { lastWritten, unsettledSince } from './unsettled-since.ts';

/** What the audit says of one listed log object. */
export interface Judgement {
  readonly account: ByteAccount;
  readonly findings: readonly Finding[];
  /** See {@link unsettledSince}; undefined too for history, which waits in a lane of its own. */
  readonly unsettledSince: number | undefined;
}

/** Compares a listed log object, whose hour started at `hourStart`, with its checkpoint (undefined when none). */
export function judgeLogObject(
  logObject: LogObject,
  listed: ListedLogObject,
  hourStart: number,
  checkpoint: Checkpoint | undefined,
  circumstances: Circumstances,
): Judgement {
  const account = accountOf(listed, checkpoint);
  const { length } = listed;
  const detail =
    checkpoint === undefined
      ? `${length} bytes listed, no checkpoint`
      : `${length} bytes listed, ${checkpoint.examined} examined, ${checkpoint.committed} committed`;
  const finding = (kind: FindingKind, bytes: number, more = ''): Finding => {
    const { now, horizonHours } = circumstances;
    const tail = tailStateAt(hourStart, now, horizonHours);
    const decision = decideRanges(logObject, listed, checkpoint, tail);
    const repair = REPAIRABLE.has(kind) && decision.kind === 'enqueue' ? decision.ranges : [];
    return { kind, container: logObject.container, logObject, bytes, detail: `${detail}${more}`, repair };
  };

  const findings: Finding[] = [];
  if (checkpoint !== undefined) {
    const contradiction = contradictionIn(checkpoint, length);
    if (contradiction !== undefined) {
      findings.push(finding('checkpoint-broken', contradiction.bytes, `: ${contradiction.why}`));
    }
    const known = Math.max(checkpoint.examined, checkpoint.knownEnd);
    if (length < known) findings.push(finding('shrunk', known - length, `, ${known} known before`));
  }
  if (findings.length === 0) {
    const kind = missing(listed, hourStart, checkpoint, circumstances);
    if (kind !== undefined) findings.push(finding(kind, account.pendingBytes));
  }
  const since = waitsAsHistory(hourStart, circumstances)
    ? undefined
    : unsettledSince(listed, checkpoint, hourStart);
  return { account, findings, unsettledSince: since };
}

function isLeftBehind(hourStart: number, { listedAgainSince }: Circumstances): boolean {
  return dayStart(hourStart) < listedAgainSince;
}

function waitsAsHistory(hourStart: number, circumstances: Circumstances): boolean {
  return circumstances.historyWaits && isLeftBehind(hourStart, circumstances);
}

const REPAIRABLE: ReadonlySet<FindingKind> = new Set([
  'never-enqueued',
  'stuck-range',
  'grown-after-horizon',
  'torn-tail',
]);

function accountOf({ length }: ListedLogObject, checkpoint: Checkpoint | undefined): ByteAccount {
  const listed = { ...EMPTY_ACCOUNT, logObjects: 1, listedBytes: length };
  if (checkpoint === undefined) return { ...listed, pendingBytes: length };
  const { committed, examined, deliveredBytes, rejectedBytes, excludedBytes } = checkpoint;
  const { deliveredRecords, rejectedRecords, excludedRecords } = checkpoint;
  const framingBytes = checkpoint.framingBytes + (examined === length ? enclosingBytes(checkpoint) : 0);
  const settled = committed + framingBytes - checkpoint.framingBytes;
  const pendingBytes = Math.max(0, length - settled);
  return {
    ...listed,
    deliveredBytes,
    rejectedBytes,
    excludedBytes,
    framingBytes,
    pendingBytes,
    unexplainedBytes: length - deliveredBytes - rejectedBytes - excludedBytes - framingBytes - pendingBytes,
    deliveredRecords,
    rejectedRecords,
    excludedRecords,
  };
}

/** What no sequence of commits can lead to. */
function contradictionIn(
  checkpoint: Checkpoint,
  length: number,
): { readonly bytes: number; readonly why: string } | undefined {
  const { committed, examined, deliveredBytes, rejectedBytes, excludedBytes, framingBytes, torn } =
    checkpoint;
  const counted = deliveredBytes + rejectedBytes + excludedBytes + framingBytes;
  if (counted !== committed) {
    return {
      bytes: Math.abs(committed - counted),
      why: `${counted} delivered, rejected, excluded and framing`,
    };
  }
  if (examined < committed) return { bytes: committed - examined, why: 'more committed than examined' };
  const rest = examined - committed;
  if (!torn && rest > MAX_ENCLOSING_BYTES && length <= examined) {
    return { bytes: rest, why: `${rest} bytes examined, not committed and no torn tail` };
  }
  return undefined;
}

/** The kind of finding for bytes that should be settled by now; undefined when they are settled or on their way. */
function missing(
  listed: ListedLogObject,
  hourStart: number,
  checkpoint: Checkpoint | undefined,
  circumstances: Circumstances,
): FindingKind | undefined {
  const { now, watermark, horizonHours, graceMs } = circumstances;
  const grew = listed.length > (checkpoint?.examined ?? 0);
  const torn = checkpoint?.torn === true;
  if (watermark === undefined || (!grew && !torn)) return undefined;
  if (waitsAsHistory(hourStart, circumstances)) return undefined;

  const leftBehind = isLeftBehind(hourStart, circumstances);
  const written = lastWritten(listed, hourStart);
  const overdue = now - written > graceMs;
  if (!grew) {
    // A tail may be a whole record without a line ending: it is delivered once its hour is settled, plus the grace.
    const settledBefore = tailStateAt(hourStart, now - graceMs, horizonHours) !== 'open';
    return overdue && settledBefore ? 'torn-tail' : undefined;
  }
  // What was written after the last listing waits for the next one: `listing-behind` tells when that does not come.
  const due = leftBehind || (overdue && written < watermark);
  if (!due) return undefined;
  if (checkpoint === undefined) return 'never-enqueued';
  return leftBehind ? 'grown-after-horizon' : 'stuck-range';
}
