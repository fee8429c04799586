import type { EventData } from '#mapping/audit-event.ts';
import { isJsonObject } from '#mapping/target-schema.ts';

type TextMap = Record<string, string | null>;

/** The members of an event, whatever their values. */
type EventMembers = { readonly [Member in keyof EventData]?: unknown };

/** What a row says beside its event. */
export interface RowFacts {
  readonly eventId: string;
  /** AWS Region. */
  readonly region: string;
  /** AWS account, 12 digits. */
  readonly accountId: string;
  /** How and when CloudTrail took the event in; absent for a row that never was in CloudTrail. */
  readonly ingestion?: {
    /** ms since the epoch. */
    readonly ingestedAt: number;
    readonly channelArn: string;
  };
}

/** `1.0` of the AWS schema for events from outside AWS; no document states the value. */
const EVENT_VERSION = '1.0';

/**
 * One audit event as the JSON text of a row of a Lake event data store for events from outside AWS: one line, all
 * struct members in lower case, `eventtime` as `YYYY-MM-DD HH:MM:SS`, which Athena and DuckDB read as a timestamp. In
 * the maps a text is the text itself, null is null, anything else is its JSON text, numbers digit by digit as they were
 * written.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html
 */
export function eventRow(event: EventMembers, { eventId, region, accountId, ingestion }: RowFacts): string {
  const identity = isJsonObject(event.userIdentity) ? event.userIdentity : {};
  const row = {
    eventversion: EVENT_VERSION,
    eventcategory: 'ActivityAuditLog',
    eventtype: 'ActivityLog',
    eventid: eventId,
    eventtime: String(event.eventTime).replace('T', ' ').replace('Z', ''),
    awsregion: region,
    recipientaccountid: accountId,
    addendum: null,
    metadata: {
      ingestiontime:
        ingestion === undefined ? null : new Date(ingestion.ingestedAt).toISOString().slice(0, 19),
      channelarn: ingestion?.channelArn ?? null,
    },
    eventdata: {
      version: event.version,
      useridentity: {
        type: identity['type'],
        principalid: identity['principalId'],
        details: textMap(identity['details']),
      },
      useragent: event.userAgent,
      eventsource: event.eventSource,
      eventname: event.eventName,
      eventtime: event.eventTime,
      uid: event.UID,
      requestparameters: textMap(event.requestParameters),
      responseelements: textMap(event.responseElements),
      errorcode: event.errorCode,
      errormessage: event.errorMessage,
      sourceipaddress: event.sourceIPAddress,
      recipientaccountid: event.recipientAccountId,
      additionaleventdata: textMap(event.additionalEventData),
    },
  };
  const json = JSON.stringify(row);
  // JSON.stringify writes a lone surrogate as an escape, which no UTF-8 column can hold.
  return json.includes('\\ud') ? JSON.stringify(row, toWellFormed) : json;
}

function toWellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

function textMap(value: unknown): TextMap | null {
  if (!isJsonObject(value)) return null;
  const entries = Object.entries(value).map(([key, member]): [string, string | null] => [
    key.toWellFormed(),
    member === null || typeof member === 'string' ? member : JSON.stringify(member),
  ]);
  return Object.fromEntries(entries);
}
