/** Any JSON value as `JSON.parse` gives it; integers beyond 2^53 are kept as raw JSON (`JSON.rawJSON`). */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Who acted, in the form of the CloudTrail Lake integration schema. */
export interface UserIdentity {
  type: string;
  principalId: string;
  details?: JsonObject;
}

/**
 * The CloudTrail Lake integration event, as it goes into `eventData` of PutAuditEvents.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-integration-event-schema.html
 */
export interface EventData {
  version: string;
  userIdentity: UserIdentity;
  userAgent?: string;
  eventSource: string;
  eventName: string;
  /** UTC, whole seconds: `YYYY-MM-DDTHH:MM:SSZ`. */
  eventTime: string;
  /** Which event this is; equal for true duplicates. */
  UID: string;
  requestParameters?: JsonObject;
  responseElements?: JsonObject;
  errorCode?: string;
  errorMessage?: string;
  sourceIPAddress?: string;
  recipientAccountId: string;
  additionalEventData?: JsonObject;
}

/** The CloudTrail form of a record: `id` says where the record stands and is unique in any request. */
export interface AuditEvent {
  id: string;
  eventData: EventData;
}
