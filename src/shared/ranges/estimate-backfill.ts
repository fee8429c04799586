import type { DestinationConfiguration } from '#shared/configuration/destination-settings.ts';

/** What a backfill would take; every figure is an estimate and says from what. */
export interface BackfillEstimate {
  readonly records: number;
  /** Bytes of the audit events. */
  readonly eventBytes: number;
  /** Bytes of the rows as S3 keeps them. */
  readonly rowBytes: number;
  readonly seconds: number;
  /** US dollars for CloudTrail Lake's ingestion; 0 without it. */
  readonly lakeDollars: number;
  /** US dollars for S3: writing, and the first month of keeping; 0 without it. */
  readonly s3Dollars: number;
  /** US dollars for both. */
  readonly dollars: number;
}

/** Bytes of a record, on average over the real records of the corpus (1.4 to 4.1 kB). */
export const BYTES_PER_RECORD = 2_000;
/** Bytes of an audit event for each byte of its record, over the same records (1.3 to 1.8). */
export const EVENT_BYTES_PER_BYTE = 1.6;
/** Bytes of a row in gzip for each byte of its record (benchmarks/sizes.ts: 0.2 to 0.4). */
export const ROW_BYTES_PER_BYTE = 0.3;
/** Requests a second of the lane of history: two Processors at ten (template.yaml). */
export const HISTORY_REQUESTS_PER_SECOND = 20;
/** Bytes of records a second of the lane of history when no rate of CloudTrail Lake holds it: two Processors at 2 MB. */
export const HISTORY_BYTES_PER_SECOND = 4_000_000;
/** Log objects a second of that lane, however small: each is a message, some requests and a commit. */
const HISTORY_LOG_OBJECTS_PER_SECOND = 40;
/** Events in a request: 100 are allowed, and the last one of a window is seldom full. */
const EVENTS_PER_REQUEST = 80;
/** Bytes of records in an object of rows: a window of the Processor. */
const BYTES_PER_OBJECT = 4 * 1024 * 1024;
/**
 * US dollars for a GB of events from outside of AWS, one-year extendable retention, us-east-1 in November 2026.
 * https://aws.amazon.com/cloudtrail/pricing/
 */
export const DOLLARS_PER_GB = 0.5;
/** US dollars for a PUT and for a GB and month of S3 Standard, us-east-1. https://aws.amazon.com/s3/pricing/ */
const DOLLARS_PER_PUT = 0.000_005;
const DOLLARS_PER_GB_MONTH = 0.023;

/** Estimates a backfill of `bytes` that lie in `logObjects` log objects. */
export function estimateBackfill(
  bytes: number,
  logObjects: number,
  destination: DestinationConfiguration['DESTINATION'] = 'CloudTrailLake',
): BackfillEstimate {
  const records = Math.ceil(bytes / BYTES_PER_RECORD);
  const eventBytes = Math.round(bytes * EVENT_BYTES_PER_BYTE);
  const rowBytes = Math.round(bytes * ROW_BYTES_PER_BYTE);
  const toLake = destination !== 'S3';
  const toS3 = destination !== 'CloudTrailLake';
  // Each log object ends with a request, and an object of rows, that is not full.
  const requests = records / EVENTS_PER_REQUEST + logObjects;
  const objects = bytes / BYTES_PER_OBJECT + logObjects;
  const working = bytes / HISTORY_BYTES_PER_SECOND + logObjects / HISTORY_LOG_OBJECTS_PER_SECOND;
  const lakeDollars = toLake ? (eventBytes / 1e9) * DOLLARS_PER_GB : 0;
  const s3Dollars = toS3 ? objects * DOLLARS_PER_PUT + (rowBytes / 1e9) * DOLLARS_PER_GB_MONTH : 0;
  return {
    records,
    eventBytes,
    rowBytes,
    seconds: Math.ceil(toLake ? requests / HISTORY_REQUESTS_PER_SECOND : working),
    lakeDollars,
    s3Dollars,
    dollars: lakeDollars + s3Dollars,
  };
}
