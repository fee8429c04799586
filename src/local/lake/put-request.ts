import { ID_PATTERN, MAX_EVENTS_PER_REQUEST, MAX_REQUEST_BYTES } from '#mapping/target-schema.ts';
import { ServiceError } from '../service-error.ts';

/** One entry of `auditEvents`: https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/API_AuditEvent.html */
export interface AuditEventEntry {
  readonly id: string;
  /** JSON text. */
  readonly eventData: string;
  /** base64 of the SHA-256 of the bytes of `eventData`. */
  readonly eventDataChecksum?: string;
}

export interface PutAuditEventsRequest {
  readonly channelArn: string;
  readonly externalId?: string;
  readonly auditEvents: readonly AuditEventEntry[];
}

/** The channel that takes events, and the account that owns it. */
export interface ChannelOwner {
  readonly accountId: string;
  readonly channelArn: string;
}

const CHANNEL_ARN =
  /^arn:[\w-]+:cloudtrail:[\w-]+:(\d{12}):channel\/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
/** https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/API_PutAuditEvents.html */
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

/**
 * Reads a PutAuditEvents request and refuses, as a whole, what the service refuses as a whole.
 * @throws {ServiceError} RequestEntityTooLargeException, SerializationException, ValidationException,
 * InvalidChannelARN, ChannelInsufficientPermission, ChannelNotFound, DuplicatedAuditEventId.
 */
export function readPutRequest(
  parameters: URLSearchParams,
  body: Buffer,
  owner: ChannelOwner,
): PutAuditEventsRequest {
  if (body.length > MAX_REQUEST_BYTES) {
    throw new ServiceError(
      'RequestEntityTooLargeException',
      `The body has ${body.length} bytes, at most ${MAX_REQUEST_BYTES} are allowed`,
      413,
    );
  }
  const auditEvents = readEntries(body);
  const externalId = parameters.get('externalId') ?? undefined;
  if (externalId !== undefined && !EXTERNAL_ID.test(externalId)) {
    throw invalid('externalId', `Member must satisfy pattern ${EXTERNAL_ID.source}`);
  }
  const channelArn = readChannelArn(parameters.get('channelArn'), owner);
  const ids = new Set(auditEvents.map((entry) => entry.id));
  if (ids.size < auditEvents.length) {
    throw new ServiceError(
      'DuplicatedAuditEventId',
      'Two or more entries in the request have the same event ID.',
    );
  }
  return { channelArn, auditEvents, ...(externalId === undefined ? {} : { externalId }) };
}

function readEntries(body: Buffer): AuditEventEntry[] {
  let request: unknown;
  try {
    request = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON in UTF-8');
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new ServiceError('SerializationException', 'The body is not a JSON object');
  }
  const { auditEvents } = request as { readonly auditEvents?: unknown };
  if (auditEvents === undefined || auditEvents === null)
    throw invalid('auditEvents', 'Member must not be null');
  if (!Array.isArray(auditEvents))
    throw new ServiceError('SerializationException', 'auditEvents is not a list');
  if (auditEvents.length < 1) {
    throw invalid('auditEvents', 'Member must have length greater than or equal to 1');
  }
  if (auditEvents.length > MAX_EVENTS_PER_REQUEST) {
    throw invalid('auditEvents', `Member must have length less than or equal to ${MAX_EVENTS_PER_REQUEST}`);
  }
  return auditEvents.map((entry: unknown, index) => readEntry(entry, `auditEvents.${index + 1}.member`));
}

function readEntry(entry: unknown, place: string): AuditEventEntry {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw new ServiceError('SerializationException', `${place} is not a JSON object`);
  }
  const { id, eventData, eventDataChecksum } = entry as Record<string, unknown>;
  for (const [name, value] of Object.entries({ id, eventData, eventDataChecksum })) {
    const optional = name === 'eventDataChecksum';
    if (value === undefined || value === null) {
      if (!optional) throw invalid(`${place}.${name}`, 'Member must not be null');
    } else if (typeof value !== 'string') {
      throw new ServiceError('SerializationException', `${place}.${name} is not a string`);
    }
  }
  if (!ID_PATTERN.test(id as string)) {
    throw invalid(`${place}.id`, `Member must satisfy pattern ${ID_PATTERN.source}`);
  }
  return {
    id: id as string,
    eventData: eventData as string,
    ...(typeof eventDataChecksum === 'string' ? { eventDataChecksum } : {}),
  };
}

function readChannelArn(channelArn: string | null, owner: ChannelOwner): string {
  if (channelArn === null) throw invalid('channelArn', 'Member must not be null');
  const account = CHANNEL_ARN.exec(channelArn)?.[1];
  if (account === undefined) {
    throw new ServiceError('InvalidChannelARN', 'The specified channel ARN is not a valid channel ARN.');
  }
  if (account !== owner.accountId) {
    throw new ServiceError(
      'ChannelInsufficientPermission',
      "The caller's account ID must be the same as the channel owner's account ID.",
    );
  }
  if (channelArn !== owner.channelArn) {
    throw new ServiceError('ChannelNotFound', `The channel ${channelArn} could not be found.`);
  }
  return channelArn;
}

/** Never repeats the value: it may be long or secret. */
function invalid(member: string, constraint: string): ServiceError {
  return new ServiceError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
