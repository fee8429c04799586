/**
 * Shapes of PutAuditEvents. Required members allow `undefined`, as in every SDK v3 client: the service, not the
 * type, has the last word. Limits: https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/API_PutAuditEvents.html
 */
export interface AuditEvent {
  /** 1..128 characters of `-_A-Za-z0-9`, unique in the request. */
  id: string | undefined;
  /** The event in CloudTrail's integration schema, as JSON text. */
  eventData: string | undefined;
  /** Base64 of the SHA-256 of the UTF-8 bytes of `eventData`; an entry that does not match fails with InvalidChecksum. */
  eventDataChecksum?: string | undefined;
}

export interface PutAuditEventsRequest {
  /** 1..100 events, at most 1 MB together. */
  auditEvents: AuditEvent[] | undefined;
  /** ARN of the channel; its Region is the Region of the client. */
  channelArn: string | undefined;
  /** 2..1224 characters; only for a channel whose resource policy demands one. */
  externalId?: string | undefined;
}

/** An accepted event. */
export interface AuditEventResultEntry {
  /** The `id` of the request. */
  id: string | undefined;
  /** The id that CloudTrail gave the event. */
  eventID: string | undefined;
}

/** A refused event; the answer as a whole is still a success (HTTP 200). */
export interface ResultErrorEntry {
  id: string | undefined;
  /** FieldTooLong, FieldNotFound, InvalidChecksum, InvalidData, InvalidRecipient, InvalidEventSource, AccountNotSubscribed, Throttling or InternalFailure. */
  errorCode: string | undefined;
  errorMessage: string | undefined;
}

export interface PutAuditEventsResponse {
  successful: AuditEventResultEntry[] | undefined;
  failed: ResultErrorEntry[] | undefined;
}
