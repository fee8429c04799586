import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import { scanCheckpoints } from '#shared/checkpoints/scan-checkpoints.ts';
import type { RejectMessage } from '#shared/rejects/reject-message.ts';
import { DUMMY_CREDENTIALS } from './dummy-credentials.ts';
import { lakeTable, type EventTable } from './event-tables.ts';
import { peekFailureQueue } from './failure-queue.ts';
import { CHECKPOINT_TABLE, LOCAL_REGION, type LocalCloud } from './local-cloud.ts';
import type { SampleAppend } from './sample-log-objects.ts';

/** What became of the records of a container. */
export interface ContainerAccount {
  readonly container: string;
  readonly logObjects: number;
  readonly bytes: number;
  /** Records put in, counted from the uploaded bytes and not by Crosstrail. */
  readonly records: number;
  readonly delivered: number;
  readonly rejected: number;
  /** Left out by a filter rule; 0 without a filter. */
  readonly excluded: number;
}

/** What was put in, held against what came out. */
export interface RecordAccount {
  readonly containers: readonly ContainerAccount[];
  readonly rejects: readonly { readonly reason: string; readonly records: number }[];
  /** Each way in which the two disagree; empty when every record is accounted for, and none twice. */
  readonly discrepancies: readonly string[];
}

const POSITION = ['logObject', 'generation', 'offset']
  .map((key) => `coalesce(element_at(eventData.additionalEventData, '${key}'), '')`)
  .join(` || '|' || `);

function countRecords(bytes: Buffer): number {
  return bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => line.trim() !== '').length;
}

function sum(
  checkpoints: readonly Checkpoint[],
  counter: 'committed' | 'deliveredRecords' | 'rejectedRecords' | 'excludedRecords',
): number {
  return checkpoints.reduce((total, checkpoint) => total + checkpoint[counter], 0);
}

async function readCheckpoints({ awsEnvironment }: LocalCloud): Promise<Checkpoint[]> {
  const client = new DynamoDBClient({
    endpoint: awsEnvironment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    region: LOCAL_REGION,
    credentials: DUMMY_CREDENTIALS,
  });
  const checkpoints = await Array.fromAsync(scanCheckpoints(client, CHECKPOINT_TABLE));
  client.destroy();
  return checkpoints;
}

function accountForContainer(
  container: string,
  uploaded: readonly SampleAppend[],
  checkpoints: readonly Checkpoint[],
): ContainerAccount {
  const byName = new Map<string, Buffer>();
  for (const { name, bytes } of uploaded)
    byName.set(name, Buffer.concat([byName.get(name) ?? Buffer.alloc(0), bytes]));
  return {
    container,
    logObjects: byName.size,
    bytes: uploaded.reduce((total, { bytes }) => total + bytes.length, 0),
    records: [...byName.values()].reduce((total, bytes) => total + countRecords(bytes), 0),
    delivered: sum(checkpoints, 'deliveredRecords'),
    rejected: sum(checkpoints, 'rejectedRecords'),
    excluded: sum(checkpoints, 'excludedRecords'),
  };
}

function countByReason(rejects: readonly RejectMessage[]): { reason: string; records: number }[] {
  const counts = new Map<string, number>();
  for (const { reason } of rejects) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, records]) => ({ reason, records }));
}

/** Holds the events of a table against the number that was delivered: each id and each position once. */
async function discrepanciesIn({ place, name, query }: EventTable, delivered: number): Promise<string[]> {
  const { rows } = await query(
    `SELECT count(*), least(count(DISTINCT eventid), count(DISTINCT ${POSITION})) FROM ${name}`,
  );
  const [events = 0, different = 0] = (rows[0] ?? []).map(Number);
  const discrepancies: string[] = [];
  if (events !== delivered) discrepancies.push(`${delivered} records delivered, ${events} in ${place}`);
  if (different !== events) discrepancies.push(`${events - different} events are in ${place} twice`);
  return discrepancies;
}

/**
 * Holds what was uploaded against the checkpoints, the tables of the destination and the failure queue: every byte
 * committed, delivered + rejected + excluded = read, no position in a table or the queue twice.
 */
export async function accountForRecords(
  cloud: LocalCloud,
  uploaded: readonly SampleAppend[],
  tables: readonly EventTable[] = [lakeTable(cloud.lake)],
): Promise<RecordAccount> {
  const checkpoints = await readCheckpoints(cloud);
  const rejects = await peekFailureQueue(cloud);

  const discrepancies: string[] = [];
  const containers = [...new Set(uploaded.map(({ container }) => container))].map((container) => {
    const own = checkpoints.filter(({ logObject }) => logObject.container === container);
    const account = accountForContainer(
      container,
      uploaded.filter((append) => append.container === container),
      own,
    );
    const { records, delivered, rejected, excluded, bytes } = account;
    if (delivered + rejected + excluded !== records) {
      discrepancies.push(
        `${container}: ${records} records in, ${delivered} delivered + ${rejected} rejected + ${excluded} excluded`,
      );
    }
    const committed = sum(own, 'committed');
    if (committed !== bytes) discrepancies.push(`${container}: ${bytes} bytes in, ${committed} committed`);
    return account;
  });

  const delivered = sum(checkpoints, 'deliveredRecords');
  const rejected = sum(checkpoints, 'rejectedRecords');
  for (const table of tables) discrepancies.push(...(await discrepanciesIn(table, delivered)));
  if (rejects.length !== rejected)
    discrepancies.push(`${rejected} records rejected, ${rejects.length} in the failure queue`);
  const ids = new Set(rejects.map(({ id }) => id));
  if (ids.size !== rejects.length)
    discrepancies.push(`${rejects.length - ids.size} rejects are in the queue twice`);
  return { containers, rejects: countByReason(rejects), discrepancies };
}
