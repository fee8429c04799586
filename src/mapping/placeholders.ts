/**
 * What stands in a field that CloudTrail Lake requires when the record has no such value. Each says so itself, so that
 * nobody takes it for a value. There is none for the time: a record without one is a reject.
 */
export const PLACEHOLDERS = {
  'userIdentity.principalId': 'unknown (record names no principal)',
  eventSource: 'unknown (record names no source)',
  eventName: 'unknown (record names no operation)',
} as const;
