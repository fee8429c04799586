import { hash } from 'node:crypto';
import type { AuditEvent } from '#mapping/audit-event.ts';
import { MAX_EVENTS_PER_REQUEST, MAX_REQUEST_BYTES } from '#mapping/target-schema.ts';

/** One entry of a PutAuditEvents request. */
export interface Entry {
  readonly id: string;
  /** JSON text. */
  readonly eventData: string;
  /** Base64 of the SHA-256 of `eventData`: Lake refuses what was changed on the way. */
  readonly eventDataChecksum: string;
  /** Place of the event among those to be delivered. */
  readonly index: number;
}

const BODY_FRAME_BYTES = '{"auditEvents":[]}'.length;
const ENTRY_FRAME_BYTES = '{"id":"","eventData":"","eventDataChecksum":""},'.length;

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) found += 1;
  return found;
}

/**
 * Bytes of a JSON text inside a JSON string. JSON text holds no control characters, so that quotes and backslashes are
 * all that is escaped.
 */
function escapedBytes(json: string): number {
  return Buffer.byteLength(json) + count(json, '"') + count(json, '\\');
}

/** Bytes that an entry adds to the request body. */
export function entryBytes({ id, eventData, eventDataChecksum }: Entry): number {
  return ENTRY_FRAME_BYTES + id.length + escapedBytes(eventData) + eventDataChecksum.length;
}

/** The entry for an event. */
export function toEntry({ id, eventData }: AuditEvent, index: number): Entry {
  const json = JSON.stringify(eventData);
  return {
    id,
    eventData: json,
    eventDataChecksum: hash('sha256', json, 'base64'),
    index,
  };
}

/**
 * Cuts entries into requests of at most {@link MAX_EVENTS_PER_REQUEST} entries and {@link MAX_REQUEST_BYTES} bytes of
 * body, in order. An entry that is too large by itself gets a request of its own: only the service may reject it.
 */
export function packRequests(entries: readonly Entry[]): Entry[][] {
  const requests: Entry[][] = [];
  let request: Entry[] = [];
  let bytes = BODY_FRAME_BYTES;
  for (const entry of entries) {
    const added = entryBytes(entry);
    const full = request.length === MAX_EVENTS_PER_REQUEST || bytes + added > MAX_REQUEST_BYTES;
    if (full && request.length > 0) {
      requests.push(request);
      request = [];
      bytes = BODY_FRAME_BYTES;
    }
    request.push(entry);
    bytes += added;
  }
  if (request.length > 0) requests.push(request);
  return requests;
}
