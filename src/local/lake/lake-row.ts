import { eventRow } from '#shared/destinations/rows/event-row.ts';

/** What CloudTrail adds to an event that it takes in. */
export interface Ingestion {
  readonly eventId: string;
  readonly region: string;
  readonly accountId: string;
  readonly channelArn: string;
  /** ms since the epoch. */
  readonly ingestedAt: number;
}

/** A number that may not survive a double: many digits, a fraction or an exponent. */
const DELICATE_NUMBER = /\d{16}|\d[.eE]/;

/** One accepted event as the JSON text of a row of `LAKE_COLUMNS`. `eventData` has passed `findViolations`. */
export function toRowJson(eventData: string, ingestion: Ingestion): string {
  const { eventId, region, accountId, channelArn, ingestedAt } = ingestion;
  const facts = { eventId, region, accountId, ingestion: { channelArn, ingestedAt } };
  return eventRow(parseKeepingNumbers(eventData), facts);
}

/** Numbers beyond a double's reach stay as they were written (`JSON.rawJSON`). */
function parseKeepingNumbers(text: string): Record<string, unknown> {
  if (!DELICATE_NUMBER.test(text)) return JSON.parse(text) as Record<string, unknown>;
  const { rawJSON } = JSON as unknown as { rawJSON: (this: void, source: string) => unknown };
  const keepNumber = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' && context?.source !== undefined ? rawJSON(context.source) : value;
  return JSON.parse(text, keepNumber) as Record<string, unknown>;
}
