import type { ListingState } from '#shared/checkpoints/watermark-store.ts';

/** What decides whether unsettled bytes are on their way or missing. */
export interface Circumstances {
  /** Epoch ms. */
  readonly now: number;
  /** Start of the last complete listing, epoch ms; undefined before the first: then everything is on its way. */
  readonly watermark: number | undefined;
  /** Days that end at or before this moment (epoch ms) are never listed again by the schedule. */
  readonly listedAgainSince: number;
  /** True while history is listed or waits in its own lane: what is older than `listedAgainSince` is on its way. */
  readonly historyWaits: boolean;
  readonly horizonHours: number;
  /** What bytes may take from Azure to the destination before they count as missing, ms. */
  readonly graceMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The start of the UTC day that holds `moment` (both epoch ms). */
export function dayStart(moment: number): number {
  return Math.floor(moment / DAY_MS) * DAY_MS;
}

/** Circumstances of an audit at `now` (epoch ms), from what is known of the listing of a container. */
export function circumstancesOf(
  { watermark, walk, history }: ListingState,
  audit: {
    readonly now: number;
    readonly horizonHours: number;
    readonly graceMs: number;
    /** True when ranges of history wait in their queue. */
    readonly historyEnqueued: boolean;
  },
): Circumstances {
  const { now, horizonHours, graceMs, historyEnqueued } = audit;
  const next = (watermark ?? now) - horizonHours * HOUR_MS;
  return {
    now,
    watermark,
    // A walk that is not complete began at an older watermark, and goes on from there.
    listedAgainSince: dayStart(Math.min(next, walk?.since ?? next)),
    historyWaits: history !== undefined || historyEnqueued,
    horizonHours,
    graceMs,
  };
}
