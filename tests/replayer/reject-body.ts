import { createHash } from 'node:crypto';
import { recordId } from '#mapping/ids.ts';
import type { LogObject, Origin } from '#mapping/origin.ts';
import type { RejectReason } from '#mapping/reject-reason.ts';
import { writeRejectMessage } from '#shared/rejects/reject-message.ts';
import { CONTAINER, line, nameAt } from '../pipeline/pipeline.ts';

export const LOG_OBJECT: LogObject = {
  account: 'devstoreaccount1',
  container: CONTAINER,
  name: nameAt('2026-11-20T10'),
  generation: '2026-11-20T10:00:12Z',
};

/** Where the n-th record of these tests stands. */
export function placeOf(number: number, logObject = LOG_OBJECT): Origin {
  return { ...logObject, offset: number * 1000, length: 400 };
}

export interface RejectOptions {
  readonly reason?: RejectReason;
  readonly attempts?: number;
  readonly text?: string;
  readonly logObject?: LogObject;
}

/** A message of the failure queue as the Processor writes it, for a record that today's code can map. */
export function rejectBody(number: number, options: RejectOptions = {}): string {
  const { reason = 'MAPPING_FAILED', attempts, text = line(`record ${number}`, ''), logObject } = options;
  const origin = placeOf(number, logObject);
  const content = { bytes: Buffer.from(text) };
  const rejection = { reason, message: 'It was so.' };
  return writeRejectMessage({ id: recordId(origin), origin, rejection, content }, attempts);
}

/** UID of the record that {@link rejectBody} makes by default. */
export function uidOf(number: number): string {
  return `sha256:${createHash('sha256')
    .update(line(`record ${number}`, ''))
    .digest('hex')}`;
}

/** Id of the n-th record. */
export function idOf(number: number, logObject = LOG_OBJECT): string {
  return recordId(placeOf(number, logObject));
}
