/**
 * Why a record can never be delivered as it is. The code is what a replay filters by and what metrics count, so a
 * name, once released, keeps its meaning.
 */
export const REJECT_REASONS = {
  NOT_JSON: 'The line is not JSON (Azure Functions wrote such lines until 2025).',
  NOT_AN_OBJECT: 'The line is JSON, but not an object.',
  INVALID_UTF8: 'The bytes are not UTF-8, so decoding them would change the evidence.',
  NESTED_TOO_DEEP: 'The record is nested deeper than readers of JSON accept.',
  MAPPING_FAILED: 'The mapping itself failed, which is a defect of Crosstrail; replay after an update.',
  RECORD_TOO_LONG: 'The record is longer than the largest record that is read whole.',
  NO_EVENT_TIME: 'The record has no time of its own, and none is invented.',
  INVALID_EVENT_TIME: 'The time of the record cannot be read.',
  TORN_TAIL: 'The log object ends in an incomplete record, long after its hour.',
  FIELD_TOO_LONG: 'CloudTrail Lake answered FieldTooLong.',
  FIELD_NOT_FOUND: 'CloudTrail Lake answered FieldNotFound.',
  INVALID_CHECKSUM: 'CloudTrail Lake answered InvalidChecksum.',
  INVALID_DATA: 'CloudTrail Lake answered InvalidData.',
  INVALID_EVENT_SOURCE: 'CloudTrail Lake answered InvalidEventSource.',
  REQUEST_TOO_LARGE: 'CloudTrail Lake refused a request that held only this event as too large.',
  SOURCE_GONE: 'The record is too long for the failure queue, and its log object cannot be read again.',
  SOURCE_CHANGED: 'The record is too long for the failure queue, and other bytes now stand in its place.',
  UNKNOWN_ERROR_CODE: 'CloudTrail Lake answered an error code that its documentation does not list.',
} as const;

export type RejectReason = keyof typeof REJECT_REASONS;

/** A record that a destination will never accept as it is. */
export interface Rejection {
  readonly reason: RejectReason;
  /** For a person; never holds the record's content. */
  readonly message: string;
}
