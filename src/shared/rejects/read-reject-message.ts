import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { recordId } from '#mapping/ids.ts';
import type { Origin } from '#mapping/origin.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { LOG_OBJECT_FIELDS } from '#shared/log-object-fields.ts';
import { wrongFields } from '#shared/wrong-fields.ts';

/** A rejected record as the failure queue holds it. */
export interface KeptReject {
  readonly id: string;
  readonly origin: Origin;
  /** Why it was rejected last: a reject reason, of this or of another version of Crosstrail. */
  readonly reason: string;
  /** How often delivery was tried. */
  readonly attempts: number;
  /** Of the record without its line ending, hex. */
  readonly sha256: string;
  /** The record without its line ending; undefined when it did not fit into the message. */
  readonly bytes: Uint8Array | undefined;
}

const wholeNumber = v.pipe(v.number(), v.safeInteger());

const MESSAGE = v.strictObject({
  version: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)),
  reason: v.pipe(v.string(), v.regex(/^[A-Z][A-Z\d_]{0,63}$/)),
  message: v.string(),
  ...LOG_OBJECT_FIELDS,
  offset: v.pipe(wholeNumber, v.minValue(0)),
  length: v.pipe(wholeNumber, v.minValue(1)),
  sha256: v.pipe(v.string(), v.regex(/^[\da-f]{64}$/)),
  attempts: v.pipe(wholeNumber, v.minValue(1)),
  record: v.optional(v.strictObject({ encoding: v.picklist(['utf8', 'base64']), text: v.string() })),
});

function invalid(what: string): CrosstrailError {
  return new CrosstrailError('REJECT_MESSAGE_INVALID', what);
}

function bytesOf(record: v.InferOutput<typeof MESSAGE>['record'], sha256: string): Buffer | undefined {
  if (record === undefined) return undefined;
  const bytes = Buffer.from(record.text, record.encoding);
  if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes;
  throw invalid('the record is not the one whose sha256 the message names');
}

/**
 * Reads a message of the failure queue. Throws REJECT_MESSAGE_INVALID, naming the fields that are wrong: also for an id
 * or a hash that is not that of the place and the record, so that nothing is delivered as evidence that was changed in
 * the queue.
 */
export function readRejectMessage(body: string): KeptReject {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw invalid('the message is not JSON');
  }
  const result = v.safeParse(MESSAGE, value);
  if (!result.success) {
    throw invalid(`wrong or missing fields: ${wrongFields(result.issues)}`);
  }
  const { id, reason, attempts, sha256, record, account, container, name, generation, offset, length } =
    result.output;
  const origin: Origin = { account, container, name, generation, offset, length };
  if (recordId(origin) !== id) throw invalid('the id is not that of the place that the message names');
  return { id, origin, reason, attempts, sha256, bytes: bytesOf(record, sha256) };
}
