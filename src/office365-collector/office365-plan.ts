import type { CollectionPlan } from '#shared/collection/plan.ts';
import {
  CONTENT_PASSES,
  CONTENT_REACH_MS,
  CONTENT_STEP_MS,
  CONTENT_WINDOW_MS,
  type ContentType,
} from './content-types.ts';

const DAY_MS = 86_400_000;

/** A first run begins this long ago at least, milliseconds: what the subscription holds already. */
const FIRST_RUN_MS = 2 * 3_600_000;

/** Days that a record is remembered: content lives seven, and repeats records of other content by design. */
export const SEEN_DAYS = 10;

/** How a content type is collected. `daysBack`: 0 to 7; a first run gets what the subscription already holds. */
export function office365Plan({ logType }: ContentType, tenant: string, daysBack: number): CollectionPlan {
  return {
    tenant,
    logType,
    windowMs: CONTENT_WINDOW_MS,
    stepMs: CONTENT_STEP_MS,
    passes: CONTENT_PASSES,
    startBackMs: Math.max(daysBack * DAY_MS, FIRST_RUN_MS),
    reachMs: CONTENT_REACH_MS,
  };
}
