/** What a backfill would take; every figure is an estimate and says from what. */
export interface BackfillEstimate {
  readonly records: number;
  /** Bytes of the audit events. */
  readonly eventBytes: number;
  readonly seconds: number;
  /** US dollars for CloudTrail Lake's ingestion. */
  readonly dollars: number;
}

/** Bytes of a record, on average over the real records of the corpus (1.4 to 4.1 kB). */
export const BYTES_PER_RECORD = 2_000;
/** Bytes of an audit event for each byte of its record, over the same records (1.3 to 1.8). */
export const EVENT_BYTES_PER_BYTE = 1.6;
/** Requests a second of the lane of history: two Processors at ten (template.yaml). */
export const HISTORY_REQUESTS_PER_SECOND = 20;
/** Events in a request: 100 are allowed, and the last one of a window is seldom full. */
const EVENTS_PER_REQUEST = 80;
/**
 * US dollars for a GB of events from outside of AWS, one-year extendable retention, us-east-1 in November 2026.
 * https://aws.amazon.com/cloudtrail/pricing/
 */
export const DOLLARS_PER_GB = 0.5;

/** Estimates a backfill of `bytes` that lie in `logObjects` log objects. */
export function estimateBackfill(bytes: number, logObjects: number): BackfillEstimate {
  const records = Math.ceil(bytes / BYTES_PER_RECORD);
  const eventBytes = Math.round(bytes * EVENT_BYTES_PER_BYTE);
  // Each log object ends with a request that is not full.
  const requests = records / EVENTS_PER_REQUEST + logObjects;
  return {
    records,
    eventBytes,
    seconds: Math.ceil(requests / HISTORY_REQUESTS_PER_SECOND),
    dollars: (eventBytes / 1e9) * DOLLARS_PER_GB,
  };
}
