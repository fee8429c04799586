import type { JsonValue } from './audit-event.ts';
import type { Family } from './families/family.ts';
import { contentUid, placedParts, placedUid } from './ids.ts';
import type { Origin } from './origin.ts';
import { HASH_PREFIX, type KeyedHash } from './rules/hidden-value.ts';
import { TEXT_LIMITS, utf8Length } from './target-schema.ts';

/** True for a value that can be a UID as it is. */
function isUid(own: JsonValue | undefined): own is string {
  return typeof own === 'string' && own.trim() !== '' && utf8Length(own) <= TEXT_LIMITS.UID;
}

/** The record's own id, raw, so that the same event from another road has the same UID; else a hash. */
export function uidOf(own: JsonValue | undefined, family: Family, origin: Origin, bytes: Uint8Array): string {
  if (isUid(own)) return own;
  return family.uidWithoutId === 'place' ? placedUid(origin, bytes) : contentUid(bytes);
}

/**
 * The UID of a record of which something was hidden. Its own id where that was not: `own` before, `shown` after hiding.
 * Hashes are keyed: a plain one over the original bytes would tell the hidden value to who tries all.
 */
export function hiddenUidOf(
  { own, shown }: { readonly own: JsonValue | undefined; readonly shown: JsonValue | undefined },
  family: Family,
  origin: Origin,
  bytes: Uint8Array,
  keyedHash: KeyedHash,
): string {
  if (isUid(own)) return own === shown ? own : `${HASH_PREFIX}${keyedHash(own)}`;
  return family.uidWithoutId === 'place'
    ? `hmac-sha256-placed:${keyedHash(placedParts(origin, bytes))}`
    : `${HASH_PREFIX}${keyedHash(bytes)}`;
}
