import type { CollectionPlan } from '#shared/collection/plan.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { GraphLogType } from './graph-log-types.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Days that a tenant keeps its logs: 7 without, 30 with a P1 or P2 licence.
 * https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention
 */
export type RetentionDays = 7 | 30;

/** A first run begins this long ago at least, milliseconds: otherwise it would have nothing to show for an hour. */
const FIRST_RUN_MS = 2 * HOUR_MS;

/** Days that a record is remembered: the last pass comes after three, a run that stood still a few later. */
export const SEEN_DAYS = 10;

/**
 * How a log of Microsoft Graph is collected: hour by hour, so that a chain of pages stays short and is soon read again.
 * Throws CONFIGURATION_INVALID when more days are asked for than the tenant keeps: fewer would come, without a word.
 */
export function graphPlan(
  { logType, passes }: GraphLogType,
  tenant: string,
  { daysBack, retentionDays }: { readonly daysBack: number; readonly retentionDays: RetentionDays },
): CollectionPlan {
  const reachMs = retentionDays * DAY_MS - HOUR_MS;
  if (daysBack * DAY_MS > retentionDays * DAY_MS) {
    const what = `${daysBack} days back are asked for, and the tenant keeps its logs for ${retentionDays}`;
    throw new CrosstrailError('CONFIGURATION_INVALID', what, { daysBack, retentionDays });
  }
  // Where that is further back than the API reaches by then, the first run notes a gap instead of starting later.
  const startBackMs = Math.max(daysBack * DAY_MS, FIRST_RUN_MS);
  return { tenant, logType, windowMs: HOUR_MS, stepMs: HOUR_MS, passes, startBackMs, reachMs };
}
