import { createHash } from 'node:crypto';
import { parseLogObjectName } from '#shared/log-object-name.ts';

/** Primary key of the checkpoint table. */
export interface TableKey {
  readonly pk: string;
  readonly sk: string;
}

/**
 * Longest scope that stands in the key as it is. DynamoDB allows 2,048 bytes for a partition key and 1,024 for a sort
 * key; an Azure name has up to 1,024 characters of up to four bytes each.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
const MAX_PLAIN_BYTES = 900;

function bounded(text: string): string {
  if (Buffer.byteLength(text) <= MAX_PLAIN_BYTES) return text;
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Partition of the checkpoints of one scope, so that one query gives those of a day in name order. */
export function scopePartition(account: string, container: string, scope: string): string {
  return `scope#${account}/${container}/${bounded(scope)}`;
}

/** Key of a log object's checkpoint: one for each generation. */
export function checkpointKey(logObject: {
  account: string;
  container: string;
  name: string;
  generation: string;
}): TableKey {
  const { account, container, name, generation } = logObject;
  const { scope, rest } = parseLogObjectName(name) ?? { scope: '', rest: name };
  return { pk: scopePartition(account, container, scope), sk: `${bounded(rest)}#${generation}` };
}

/** Key of a container's watermark. */
export function watermarkKey(account: string, container: string): TableKey {
  return { pk: `watermark#${account}/${container}`, sk: 'watermark' };
}
