/**
 * How long ago a log object's hour ended, which decides what happens to bytes after the last complete record:
 * `open`: they wait, the writer may be in the middle of a record;
 * `settled`: they are delivered when they parse;
 * `closed`: they are delivered when they parse and rejected as a torn tail when not.
 */
export type TailState = 'open' | 'settled' | 'closed';

const HOUR_MS = 3_600_000;

/**
 * An hour's log object still grows after the hour; resource logs arrive within 3 to 10 minutes, activity logs within
 * 20. https://learn.microsoft.com/azure/azure-monitor/logs/data-ingestion-time
 */
const SETTLED_AFTER_MS = 2 * HOUR_MS;

const ORDER: Record<TailState, number> = { open: 0, settled: 1, closed: 2 };

/**
 * State of the tail of a log object whose hour started at `hourStart`, at the moment `now` (both epoch ms). It closes
 * at half the horizon, so that listing still finds the log object then.
 */
export function tailStateAt(hourStart: number, now: number, horizonHours: number): TailState {
  const sinceHourEnd = now - (hourStart + HOUR_MS);
  if (sinceHourEnd >= Math.max((horizonHours * HOUR_MS) / 2, SETTLED_AFTER_MS)) return 'closed';
  return sinceHourEnd >= SETTLED_AFTER_MS ? 'settled' : 'open';
}

/** True when `later` allows more than `earlier`. */
export function tailAdvanced(earlier: TailState, later: TailState): boolean {
  return ORDER[later] > ORDER[earlier];
}
