import { makeBuilder } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';
import type { InitializeMiddleware, MetadataBearer, Pluggable } from '@smithy/types';
import type { CloudTrailDataClientResolvedConfig } from './client.ts';
import { ENDPOINT_PARAMETERS } from './endpoint.ts';
import { PUT_AUDIT_EVENTS } from './schemas.ts';
import type { PutAuditEventsRequest, PutAuditEventsResponse } from './shapes.ts';

export interface PutAuditEventsCommandInput extends PutAuditEventsRequest {}
export interface PutAuditEventsCommandOutput extends PutAuditEventsResponse, MetadataBearer {}

const refuseMissingChannel: InitializeMiddleware<PutAuditEventsCommandInput, PutAuditEventsCommandOutput> =
  (next) => (args) => {
    if (!args.input.channelArn) {
      throw new TypeError('PutAuditEvents needs channelArn: give the ARN of the CloudTrail Lake channel.');
    }
    return next(args);
  };

/** The query string is built only from what is there, so without this a request without channel would go out. */
const requireChannel: Pluggable<PutAuditEventsCommandInput, PutAuditEventsCommandOutput> = {
  applyToStack: (stack) => stack.add(refuseMissingChannel, { step: 'initialize', name: 'requireChannel' }),
};

const command = makeBuilder<
  CloudTrailDataClientResolvedConfig,
  PutAuditEventsCommandInput,
  PutAuditEventsCommandOutput
>(ENDPOINT_PARAMETERS, 'CloudTrailDataService', 'CloudTrailDataClient', getEndpointPlugin);

/**
 * Puts 1..100 audit events into the event data store behind a channel. A single event may fail while the request
 * succeeds: look at `failed`.
 */
export class PutAuditEventsCommand extends command<PutAuditEventsCommandInput, PutAuditEventsCommandOutput>(
  {},
  () => [requireChannel],
  'PutAuditEvents',
  PUT_AUDIT_EVENTS,
) {}
