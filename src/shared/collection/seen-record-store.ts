import { createHash } from 'node:crypto';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type AttributeValue,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { mapConcurrently } from '#shared/concurrency.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { SeenRecords } from './collect-window.ts';

/** Keys of one BatchGetItem. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_GETS = 100;
/** Items of one BatchWriteItem. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const MAX_WRITES = 25;
/** Batches in flight. */
const CONCURRENCY = 8;
/** Rounds for what DynamoDB left out; pauses of 0.1 s doubling. */
const MAX_ROUNDS = 6;
const FIRST_PAUSE_MS = 100;

/** What the records of a log type are remembered under. */
export interface SeenRecordScope {
  readonly tenant: string;
  readonly logType: string;
  /** Days that a record is remembered: longer than its API may give it again. */
  readonly days: number;
}

/** What seen records need of the world. */
export interface SeenRecordPorts {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Epoch ms. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

/**
 * Keys of the records that were collected, in DynamoDB with a time to live: a read and a write for each record, the price
 * of "once" over APIs that repeat by design. Every method throws STATE_TABLE_FAILED when the table fails.
 */
export class DynamoSeenRecords implements SeenRecords {
  readonly #scope: SeenRecordScope;
  readonly #ports: SeenRecordPorts;

  constructor(scope: SeenRecordScope, ports: SeenRecordPorts) {
    this.#scope = scope;
    this.#ports = ports;
  }

  async unseen(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const byPk = new Map(keys.map((key) => [this.#pkOf(key), key]));
    const seen = await mapConcurrently(inBatches([...byPk.keys()], MAX_GETS), CONCURRENCY, (pks) =>
      this.#seenAmong(pks),
    );
    const gone = new Set(seen.flat());
    return new Set([...byPk].filter(([pk]) => !gone.has(pk)).map(([, key]) => key));
  }

  async remember(keys: readonly string[]): Promise<void> {
    const expiresAt = Math.ceil(this.#ports.now() / 1000) + this.#scope.days * 86_400;
    const pks = [...new Set(keys.map((key) => this.#pkOf(key)))];
    await mapConcurrently(inBatches(pks, MAX_WRITES), CONCURRENCY, (batch) => this.#put(batch, expiresAt));
  }

  /** The key itself is hashed: it may be long, and ids of records are nobody's business in a table of ours. */
  #pkOf(key: string): string {
    const { tenant, logType } = this.#scope;
    return `seen#${tenant}/${logType}#${createHash('sha256').update(key).digest('base64url')}`;
  }

  async #seenAmong(pks: readonly string[]): Promise<string[]> {
    const { client, table, now } = this.#ports;
    const found: string[] = [];
    let keys: Record<string, AttributeValue>[] = pks.map((pk) => ({ pk: { S: pk }, sk: { S: 'seen' } }));
    await this.#inRounds('looking up seen records', async () => {
      const { Responses = {}, UnprocessedKeys = {} } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } }),
      );
      for (const { pk, expiresAt } of Responses[table] ?? []) {
        // DynamoDB deletes what is over within days, and gives it until then.
        if (Number(expiresAt?.N) * 1000 > now()) found.push(pk?.S ?? '');
      }
      keys = UnprocessedKeys[table]?.Keys ?? [];
      return keys.length === 0;
    });
    return found;
  }

  async #put(pks: readonly string[], expiresAt: number): Promise<void> {
    const { client, table } = this.#ports;
    let requests: WriteRequest[] = pks.map((pk) => ({
      PutRequest: { Item: { pk: { S: pk }, sk: { S: 'seen' }, expiresAt: { N: String(expiresAt) } } },
    }));
    await this.#inRounds('remembering records', async () => {
      const { UnprocessedItems = {} } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
      );
      requests = UnprocessedItems[table] ?? [];
      return requests.length === 0;
    });
  }

  /** Runs `round` until it says that nothing is left. */
  async #inRounds(doing: string, round: () => Promise<boolean>): Promise<void> {
    const { table, sleep } = this.#ports;
    try {
      for (let count = 1; count <= MAX_ROUNDS; count += 1) {
        if (await round()) return;
        await sleep(FIRST_PAUSE_MS * 2 ** (count - 1));
      }
    } catch (error) {
      throw new CrosstrailError('STATE_TABLE_FAILED', `${doing} in table ${table} failed`, {}, error);
    }
    throw new CrosstrailError(
      'STATE_TABLE_FAILED',
      `${doing} in table ${table} was not done in ${MAX_ROUNDS} rounds`,
    );
  }
}

function inBatches<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, batch) =>
    values.slice(batch * size, (batch + 1) * size),
  );
}
