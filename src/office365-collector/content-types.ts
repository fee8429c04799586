import { LOG_TYPES, OFFICE365_LOG_TYPE_NAMES, type LogTypeName } from '#mapping/log-types.ts';
import { FIRST_PASS, type Pass } from '#shared/collection/plan.ts';

/** A content type of the Office 365 Management Activity API, and the log type that it becomes. */
export interface ContentType {
  readonly contentType: string;
  readonly logType: LogTypeName;
}

/** https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference */
export const CONTENT_TYPES: readonly ContentType[] = OFFICE365_LOG_TYPE_NAMES.flatMap((logType) => {
  const facts = LOG_TYPES[logType];
  return 'contentType' in facts ? [{ logType, contentType: facts.contentType }] : [];
});

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Windows are taken of the time at which content became available, which only moves forward, so that one reading is
 * enough; two minutes are for clocks. What comes twice comes in other content.
 */
export const CONTENT_PASSES: readonly [Pass] = [{ name: FIRST_PASS, lagMs: 2 * MINUTE_MS }];

/** The API takes at most 24 hours; an hour is soon read again after a crash. */
export const CONTENT_WINDOW_MS = HOUR_MS;
/** The API takes whole seconds; whole minutes keep names readable. */
export const CONTENT_STEP_MS = MINUTE_MS;
/** Content lives seven days; an hour is left for fetching it. */
export const CONTENT_REACH_MS = 7 * DAY_MS - HOUR_MS;

/** Baseline of a tenant: 2,000 requests a minute, a tenth left to others. */
export const CONTENT_LIMIT = { requests: 1_800, spanMs: MINUTE_MS } as const;
