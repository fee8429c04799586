import type { ListedLogObject } from '#shared/azure/log-object-listing.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';

const HOUR_MS = 3_600_000;

/** When a log object of that hour was last written to, epoch ms; the end of its hour where the listing does not tell. */
export function lastWritten(listed: ListedLogObject, hourStart: number): number {
  return listed.lastModified ?? hourStart + HOUR_MS;
}

/**
 * Since when (epoch ms) a listed log object has bytes that nobody looked at; undefined when it has none. A torn tail
 * was looked at and has a deadline of its own, and a document's closing brackets are no record: neither counts. Azure
 * tells the time of the last append only, so that the oldest of the bytes may be older, by the hour of a log object.
 */
export function unsettledSince(
  listed: ListedLogObject,
  checkpoint: Checkpoint | undefined,
  hourStart: number,
): number | undefined {
  return listed.length > (checkpoint?.examined ?? 0) ? lastWritten(listed, hourStart) : undefined;
}

/** The earlier of two moments of which either may be missing. */
export function earlier(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.min(left, right);
}

/** Age in whole seconds at `now` of what is unsettled since `since`; 0 when nothing is. */
export function ageSeconds(since: number | undefined, now: number): number {
  return since === undefined ? 0 : Math.max(0, Math.floor((now - since) / 1000));
}
