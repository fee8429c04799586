import { gzipSync } from 'node:zlib';
import type { AuditEvent } from '#mapping/audit-event.ts';
import type { LogObject, Origin } from '#mapping/origin.ts';
import { eventRow, type RowFacts } from './event-row.ts';
import { partitionOf, recordKey, windowKey } from './object-key.ts';
import { objectMetadata } from './object-metadata.ts';

/** An audit event and the offset of its record in the log object. */
export interface PlacedEvent {
  readonly event: AuditEvent;
  readonly offset: number;
}

/** An S3 object of rows, before it is encoded. */
export interface RowObject {
  readonly key: string;
  readonly events: readonly PlacedEvent[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * gzip by its content type, not by a content encoding: a client would undo that on its own, and the name would be wrong.
 * Athena decompresses by the name. https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html
 */
export const CONTENT_TYPE = 'application/gzip';

/** Days of the partitions that events of a log object lie in, each once, in order. */
export function daysOf(logObject: LogObject, events: readonly PlacedEvent[]): string[] {
  return [
    ...new Set(events.map(({ event }) => partitionOf(logObject, event.eventData.eventTime).day)),
  ].sort();
}

/**
 * The objects for the events of a window that begins at `start`: one for each day. `days`: days for which an earlier
 * try of the window may have written an object; one without events is written empty, so that no row of that try stays.
 */
export function windowObjects(
  logObject: LogObject,
  start: number,
  events: readonly PlacedEvent[],
  days: readonly string[],
): RowObject[] {
  const byDay = new Map<string, PlacedEvent[]>(days.map((day) => [day, []]));
  for (const placed of events) {
    const { day } = partitionOf(logObject, placed.event.eventData.eventTime);
    const sameDay = byDay.get(day);
    if (sameDay === undefined) byDay.set(day, [placed]);
    else sameDay.push(placed);
  }
  return [...byDay].map(([day, sameDay]) => ({
    key: windowKey({ source: logObject.container, day }, logObject, start),
    events: sameDay,
    metadata: metadataOf(logObject, sameDay),
  }));
}

/** The object of one record that a replay delivers. */
export function recordObject(origin: Origin, event: AuditEvent): RowObject {
  const events = [{ event, offset: origin.offset }];
  return {
    key: recordKey(partitionOf(origin, event.eventData.eventTime), origin),
    events,
    metadata: metadataOf(origin, events),
  };
}

function metadataOf(logObject: LogObject, events: readonly PlacedEvent[]): Record<string, string> {
  return objectMetadata(
    logObject,
    events.map(({ offset }) => offset),
  );
}

/**
 * The bytes of an object: gzip JSON Lines. Equal for equal events, since gzip's header holds no time and no name, and a
 * row says nothing of when it was written: its `eventid` is the event's `id`, and the ingestion is null. A window of
 * 4 MiB gives about 9 MB of rows and 1 MB of gzip, in a fifth of a second.
 */
export function encodeRows(
  { events }: RowObject,
  { region, accountId }: Pick<RowFacts, 'region' | 'accountId'>,
): Buffer {
  const rows = events.map(({ event }) => {
    const facts = { eventId: event.id, region, accountId };
    return `${eventRow(event.eventData, facts)}\n`;
  });
  return gzipSync(rows.join(''));
}
