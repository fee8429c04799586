import { hash } from 'node:crypto';
import type { Origin } from './origin.ts';

/** SHA-256 as 64 hexadecimal digits. */
export function sha256Hex(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}

/**
 * Where a record stands, as the `id` of an audit event: base64url SHA-256 over account, container, name, generation
 * and offset, 43 characters. Equal for the same bytes read again, different for every other record.
 */
export function recordId(origin: Origin): string {
  const { account, container, name, generation, offset } = origin;
  return hash('sha256', JSON.stringify([account, container, name, generation, offset]), 'base64url');
}

/** `sha256:` and what `sha256sum` prints for the record's line without its line ending. */
export function contentUid(bytes: Uint8Array): string {
  return `sha256:${sha256Hex(bytes)}`;
}

/**
 * UID for log types in which byte-identical lines are different events: `sha256-placed:` and a hash over the record's
 * bytes and where they stand. The generation is left out: a blob that was copied back holds the same events.
 */
export function placedUid(origin: Origin, bytes: Uint8Array): string {
  return `sha256-placed:${sha256Hex(placedParts(origin, bytes))}`;
}

/** A record and where it stands, as the text that is hashed. */
export function placedParts({ account, container, name, offset }: Origin, bytes: Uint8Array): string {
  return JSON.stringify([account, container, name, offset, sha256Hex(bytes)]);
}
