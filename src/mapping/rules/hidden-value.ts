import { createHmac, createSecretKey } from 'node:crypto';
import type { JsonValue } from '../audit-event.ts';
import { isRawNumber } from '../json-value.ts';

/** Stands where a value was redacted. */
export const REDACTED = 'REDACTED';

/** Begins what stands where a value was hashed; 64 hexadecimal digits follow. */
export const HASH_PREFIX = 'hmac-sha256:';

/** A hash that nobody without the key can make: HMAC-SHA-256, hexadecimal. */
export type KeyedHash = (content: string | Uint8Array) => string;

/** The keyed hash with that key. A plain hash of an address or a name could be found by trying all of them. */
export function keyedHash(key: Uint8Array): KeyedHash {
  const secret = createSecretKey(key);
  return (content) => createHmac('sha256', secret).update(content).digest('hex');
}

/** True for a text that stands in place of another. */
export function isHidden(text: string): boolean {
  return text === REDACTED || text.startsWith(HASH_PREFIX);
}

const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

/** True for a value that says that there is none: hiding it would tell that there is one. */
export function saysNothing(value: JsonValue): boolean {
  if (value === null) return true;
  if (typeof value !== 'string') return false;
  const text = value.trim();
  return text === '' || text === ZERO_GUID;
}

/** A value as it is hashed: a text itself, anything else as JSON writes it. */
export function hashedText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** True for a value that holds no others. */
export function isScalar(value: JsonValue): boolean {
  return typeof value !== 'object' || value === null || isRawNumber(value);
}
