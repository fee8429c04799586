import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { LogObject } from '#mapping/origin.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { LOG_OBJECT_FIELDS } from '#shared/log-object-fields.ts';
import { wrongFields } from '#shared/wrong-fields.ts';
import type { TailState } from './tail.ts';

/** "Log object G of name N now has bytes up to `end`." */
export interface Range {
  readonly logObject: LogObject;
  /** Bytes that the log object had when it was listed; reading stops there. */
  readonly end: number;
  readonly tail: TailState;
}

const MESSAGE = v.strictObject({
  version: v.literal(1),
  ...LOG_OBJECT_FIELDS,
  end: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  tail: v.picklist(['open', 'settled', 'closed']),
});

/** Body of the range message. */
export function writeRangeMessage({ logObject, end, tail }: Range): string {
  const { account, container, name, generation } = logObject;
  return JSON.stringify({ version: 1, account, container, name, generation, end, tail });
}

/** Reads a range message. Throws RANGE_MESSAGE_INVALID, naming the fields that are wrong. */
export function readRangeMessage(body: string): Range {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new CrosstrailError('RANGE_MESSAGE_INVALID', 'the message is not JSON', { bytes: body.length });
  }
  const result = v.safeParse(MESSAGE, value);
  if (!result.success) {
    throw new CrosstrailError(
      'RANGE_MESSAGE_INVALID',
      `wrong or missing fields: ${wrongFields(result.issues)}`,
    );
  }
  const { account, container, name, generation, end, tail } = result.output;
  return { logObject: { account, container, name, generation }, end, tail };
}

function digest(...parts: (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/**
 * FIFO message group: one generation of a log object, which has one checkpoint, so that its ranges are processed in order
 * and a poisoned one holds up no other. Without the generation in it, the ranges of a log object that was created again
 * would wait behind those of the old one, which can only fail, and go to the dead-letter queue with them. 64 characters of at most 128.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function messageGroupId({ account, container, name, generation }: LogObject): string {
  return digest(account, container, name, generation);
}

/**
 * FIFO deduplication id: equal only for the same bytes of the same generation, so that growth within SQS's five
 * minutes of deduplication is never dropped.
 */
export function messageDeduplicationId({ logObject, end, tail }: Range): string {
  const { account, container, name, generation } = logObject;
  return digest(account, container, name, generation, end, tail);
}
