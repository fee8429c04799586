import type { JsonObject } from './audit-event.ts';
import type { Envelope } from './envelope.ts';
import type { Family, Reading } from './families/family.ts';
import { readHidden } from './hidden-reading.ts';
import { jsonBytes } from './omit-members.ts';
import type { Origin } from './origin.ts';
import { readEnvelope } from './read-envelope.ts';
import { MAX_REPEATED_MEMBERS } from './repeated-members.ts';
import { MAX_PATH_LIST_BYTES, namePaths } from './rules/name-paths.ts';
import { hideMembers, type Redaction } from './rules/redaction.ts';
import { hiddenUidOf, uidOf } from './uid.ts';

/** A record as it was read from its bytes. */
export interface WholeRecord {
  readonly record: JsonObject;
  readonly repeated: readonly string[];
  readonly envelope: Envelope;
  readonly family: Family;
  readonly reading: Reading;
  readonly origin: Origin;
  /** Its bytes as Azure wrote them. */
  readonly bytes: Uint8Array;
}

/** What of a record the event shows: the whole record, or what is left when members are hidden. */
export interface ShownRecord {
  readonly envelope: Envelope;
  readonly reading: Reading;
  readonly uid: string;
  /** Paths of names that stood more than once. */
  readonly repeated: readonly string[];
  /** How hidden members are named; empty when nothing is hidden. */
  readonly redacted: readonly string[];
  readonly hashed: readonly string[];
  /** No less than the bytes of JSON that the record's members and the names of hidden ones take. */
  readonly maxBytes: number;
}

function showWhole({ envelope, reading, repeated, family, origin, bytes }: WholeRecord): ShownRecord {
  const uid = uidOf(reading.uid, family, origin, bytes);
  return { envelope, reading, uid, repeated, redacted: [], hashed: [], maxBytes: bytes.length };
}

/** Hides what the redaction names, in `whole.record` itself, and gives what is left to show. */
export function showRecord(whole: WholeRecord, redaction: Redaction | undefined): ShownRecord {
  const hidden = redaction === undefined ? undefined : hideMembers(whole.record, redaction);
  if (redaction === undefined || hidden === undefined) return showWhole(whole);
  const { record, family, reading: before, origin, bytes } = whole;
  const { form, category, operationName } = whole.envelope;
  // What kind of record it is does not change with what is hidden in it. Both names are members that are never hidden,
  // or words of ours.
  const envelope = { ...readEnvelope(record, origin.container, form), category, operationName };
  const reading = readHidden(family, before, envelope);
  const ids = { own: before.uid, shown: reading.uid };
  return {
    envelope,
    reading,
    uid: hiddenUidOf(ids, family, origin, bytes, redaction.keyedHash),
    repeated: [...whole.repeated, ...hidden.repeated].slice(0, MAX_REPEATED_MEMBERS),
    redacted: namePaths(hidden.redacted),
    hashed: namePaths(hidden.hashed),
    // What stands in place of a value may be longer than the value.
    maxBytes: jsonBytes(record) + 2 * MAX_PATH_LIST_BYTES,
  };
}
