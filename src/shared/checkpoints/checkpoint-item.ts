import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TailState } from '#shared/ranges/tail.ts';
import { checkpointKey } from './checkpoint-keys.ts';
import type { Checkpoint, Framing, OpenWindow } from './checkpoint.ts';

const COUNTERS = [
  'committed',
  'examined',
  'knownEnd',
  'deliveredRecords',
  'deliveredBytes',
  'rejectedRecords',
  'rejectedBytes',
  'excludedRecords',
  'excludedBytes',
  'framingBytes',
] as const;

/** One text, so that a condition compares it whole. */
export function openWindowText({ end, tail, days }: OpenWindow): string {
  return JSON.stringify({ end, tail, days });
}

/** A checkpoint as an item of the table; `expiresAt`: epoch seconds, `updatedAt`: ISO 8601. */
export function toItem(
  checkpoint: Checkpoint,
  expiresAt: number,
  updatedAt: string,
): Record<string, AttributeValue> {
  const { account, container, name, generation } = checkpoint.logObject;
  const { pk, sk } = checkpointKey(checkpoint.logObject);
  const item: Record<string, AttributeValue> = {
    pk: { S: pk },
    sk: { S: sk },
    account: { S: account },
    container: { S: container },
    name: { S: name },
    generation: { S: generation },
    tail: { S: checkpoint.tail },
    torn: { BOOL: checkpoint.torn },
    framing: { S: checkpoint.framing },
    updatedAt: { S: updatedAt },
    expiresAt: { N: String(expiresAt) },
  };
  for (const counter of COUNTERS) item[counter] = { N: String(checkpoint[counter]) };
  const { openWindow } = checkpoint;
  if (openWindow !== undefined) item['openWindow'] = { S: openWindowText(openWindow) };
  return item;
}

/** The checkpoint in an item of the table. */
export function fromItem(item: Record<string, AttributeValue>): Checkpoint {
  const text = (name: string): string => item[name]?.S ?? '';
  const count = (name: (typeof COUNTERS)[number]): number => Number(item[name]?.N ?? 0);
  const openWindow = item['openWindow']?.S;
  return {
    logObject: {
      account: text('account'),
      container: text('container'),
      name: text('name'),
      generation: text('generation'),
    },
    tail: text('tail') as TailState,
    torn: item['torn']?.BOOL ?? false,
    framing: text('framing') as Framing,
    committed: count('committed'),
    examined: count('examined'),
    knownEnd: count('knownEnd'),
    deliveredRecords: count('deliveredRecords'),
    deliveredBytes: count('deliveredBytes'),
    rejectedRecords: count('rejectedRecords'),
    rejectedBytes: count('rejectedBytes'),
    excludedRecords: count('excludedRecords'),
    excludedBytes: count('excludedBytes'),
    framingBytes: count('framingBytes'),
    openWindow: openWindow === undefined ? undefined : (JSON.parse(openWindow) as OpenWindow),
  };
}
