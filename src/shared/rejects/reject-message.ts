import { createHash } from 'node:crypto';
import type { Origin } from '#mapping/origin.ts';
import type { Rejection } from '#mapping/reject-reason.ts';
import { MAX_MESSAGE_BYTES } from '#shared/aws/queue-sender.ts';

/** What the failure queue holds of a rejected record: enough to find it, to judge it and to deliver it later. */
export interface RejectMessage {
  readonly version: 1;
  /** The record's id: equal for every copy of this message. */
  readonly id: string;
  readonly reason: string;
  readonly message: string;
  readonly account: string;
  readonly container: string;
  readonly name: string;
  readonly generation: string;
  readonly offset: number;
  readonly length: number;
  /** Of the record without its line ending, hex. */
  readonly sha256: string;
  /** How often delivery was tried. */
  readonly attempts: number;
  /** The record itself; absent when it does not fit or is withheld: then it is read again from the log object. */
  readonly record?: { readonly encoding: 'utf8' | 'base64'; readonly text: string };
}

function textOf(bytes: Uint8Array): RejectMessage['record'] {
  try {
    return {
      encoding: 'utf8',
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    };
  } catch {
    return { encoding: 'base64', text: Buffer.from(bytes).toString('base64') };
  }
}

/**
 * SQS takes the characters of XML 1.0 only; JSON escapes all others but these two.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
function escapeNonCharacters(json: string): string {
  return json.replaceAll('\uFFFE', String.raw`\ufffe`).replaceAll('\uFFFF', String.raw`\uffff`);
}

/**
 * A record that was rejected; `bytes` or, for one too long to hold, its hash. One that is `withheld` does not go into the
 * message, because it may hold what a redaction hides: it is read again from the log object.
 */
export interface RejectedRecord {
  readonly id: string;
  readonly origin: Origin;
  readonly rejection: Rejection;
  readonly content: { readonly bytes: Uint8Array; readonly withheld?: boolean } | { readonly sha256: string };
}

/**
 * Body of the failure queue message, at most {@link MAX_MESSAGE_BYTES}. `attempts`: how often delivery was tried, this
 * time included.
 */
export function writeRejectMessage({ id, origin, rejection, content }: RejectedRecord, attempts = 1): string {
  const { account, container, name, generation, offset, length } = origin;
  const sha256 =
    'bytes' in content ? createHash('sha256').update(content.bytes).digest('hex') : content.sha256;
  const { reason, message } = rejection;
  const place = { account, container, name, generation, offset, length };
  const withoutRecord: RejectMessage = { version: 1, id, reason, message, ...place, sha256, attempts };
  if ('bytes' in content && !content.withheld && content.bytes.length < MAX_MESSAGE_BYTES) {
    const record = textOf(content.bytes);
    const body = escapeNonCharacters(JSON.stringify({ ...withoutRecord, record }));
    if (Buffer.byteLength(body) <= MAX_MESSAGE_BYTES) return body;
  }
  return escapeNonCharacters(JSON.stringify(withoutRecord));
}
