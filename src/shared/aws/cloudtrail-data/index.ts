/**
 * The surface of `@aws-sdk/client-cloudtrail-data`, which the npm registry does not hold (docs/decisions.md).
 * When it does, this file becomes one line: `export * from '@aws-sdk/client-cloudtrail-data';`
 */
export {
  CloudTrailDataClient,
  type CloudTrailDataClientConfig,
  type CloudTrailDataClientResolvedConfig,
} from './client.ts';
export {
  PutAuditEventsCommand,
  type PutAuditEventsCommandInput,
  type PutAuditEventsCommandOutput,
} from './put-audit-events.ts';
export {
  ChannelInsufficientPermission,
  ChannelNotFound,
  ChannelUnsupportedSchema,
  CloudTrailDataServiceException,
  DuplicatedAuditEventId,
  InvalidChannelARN,
  UnsupportedOperationException,
} from './exceptions.ts';
export type {
  AuditEvent,
  AuditEventResultEntry,
  PutAuditEventsRequest,
  PutAuditEventsResponse,
  ResultErrorEntry,
} from './shapes.ts';
