import { isJsonObject } from '#mapping/target-schema.ts';

type TextMap = Record<string, string | null>;

/** What CloudTrail adds to an event that it takes in. */
export interface Ingestion {
  readonly eventId: string;
  readonly region: string;
  readonly accountId: string;
  readonly channelArn: string;
  /** ms since the epoch. */
  readonly ingestedAt: number;
}

/** `1.0` of the AWS schema for events from outside AWS; no document states the value. */
const EVENT_VERSION = '1.0';
/** A number that may not survive a double: many digits, a fraction or an exponent. */
const DELICATE_NUMBER = /\d{16}|\d[.eE]/;

/**
 * One accepted event as the JSON text of a row of `LAKE_COLUMNS`. In the maps a text value is the text itself, JSON
 * null is NULL, anything else is its JSON text, numbers digit by digit as they were sent. `eventData` has passed
 * `findViolations`.
 */
export function toRowJson(eventData: string, ingestion: Ingestion): string {
  const event = parseKeepingNumbers(eventData);
  const identity = isJsonObject(event['userIdentity']) ? event['userIdentity'] : {};
  const row = {
    eventversion: EVENT_VERSION,
    eventcategory: 'ActivityAuditLog',
    eventtype: 'ActivityLog',
    eventid: ingestion.eventId,
    eventtime: String(event['eventTime']).replace('Z', ''),
    awsregion: ingestion.region,
    recipientaccountid: ingestion.accountId,
    addendum: null,
    metadata: {
      ingestiontime: new Date(ingestion.ingestedAt).toISOString().slice(0, 19),
      channelarn: ingestion.channelArn,
    },
    eventdata: {
      version: event['version'],
      useridentity: {
        type: identity['type'],
        principalid: identity['principalId'],
        details: toTextMap(identity['details']),
      },
      useragent: event['userAgent'],
      eventsource: event['eventSource'],
      eventname: event['eventName'],
      eventtime: event['eventTime'],
      uid: event['UID'],
      requestparameters: toTextMap(event['requestParameters']),
      responseelements: toTextMap(event['responseElements']),
      errorcode: event['errorCode'],
      errormessage: event['errorMessage'],
      sourceipaddress: event['sourceIPAddress'],
      recipientaccountid: event['recipientAccountId'],
      additionaleventdata: toTextMap(event['additionalEventData']),
    },
  };
  const json = JSON.stringify(row);
  // JSON.stringify writes a lone surrogate as an escape, which no UTF-8 column can hold.
  return json.includes('\\ud') ? JSON.stringify(row, toWellFormed) : json;
}

function toWellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

function toTextMap(value: unknown): TextMap | null {
  if (!isJsonObject(value)) return null;
  const entries = Object.entries(value).map(([key, member]): [string, string | null] => [
    key.toWellFormed(),
    member === null || typeof member === 'string' ? member : JSON.stringify(member),
  ]);
  return Object.fromEntries(entries);
}

/** Numbers beyond a double's reach stay as they were written (`JSON.rawJSON`). */
function parseKeepingNumbers(text: string): Record<string, unknown> {
  if (!DELICATE_NUMBER.test(text)) return JSON.parse(text) as Record<string, unknown>;
  const { rawJSON } = JSON as unknown as { rawJSON: (this: void, source: string) => unknown };
  const keepNumber = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' && context?.source !== undefined ? rawJSON(context.source) : value;
  return JSON.parse(text, keepNumber) as Record<string, unknown>;
}
