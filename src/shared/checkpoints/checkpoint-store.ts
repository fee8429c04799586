import { isDeepStrictEqual } from 'node:util';
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { LogObject } from '#mapping/origin.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { fromItem, openWindowText, toItem } from './checkpoint-item.ts';
import { checkpointKey, scopePartition } from './checkpoint-keys.ts';
import type { Checkpoint } from './checkpoint.ts';
import { wasRepeated } from './was-repeated.ts';

/** Checkpoints, one for each generation of a log object. Every method throws STATE_TABLE_FAILED when the table fails. */
export interface CheckpointStore {
  /** The checkpoint, read consistently; undefined when nothing of this generation was settled yet. */
  read(logObject: LogObject): Promise<Checkpoint | undefined>;
  /**
   * Replaces `before` by `after`. Throws CHECKPOINT_CONFLICT when the stored one is no longer `before`.
   */
  commit(before: Checkpoint | undefined, after: Checkpoint): Promise<void>;
  /** Checkpoints of a scope whose name after the scope lies between `first` and `last`, both included. */
  between(
    account: string,
    container: string,
    scope: string,
    first: string,
    last: string,
  ): Promise<Checkpoint[]>;
}

const DAY_MS = 86_400_000;

/** Checkpoints in DynamoDB: single-item compare-and-set, no transactions. */
export class DynamoCheckpointStore implements CheckpointStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #retentionMs: number;
  readonly #now: () => number;

  /** `retentionDays`: a checkpoint is kept so long after its last change; `now`: epoch ms. */
  constructor(client: DynamoDBClient, table: string, retentionDays = 400, now: () => number = Date.now) {
    this.#client = client;
    this.#table = table;
    this.#retentionMs = retentionDays * DAY_MS;
    this.#now = now;
  }

  async read(logObject: LogObject): Promise<Checkpoint | undefined> {
    const { pk, sk } = checkpointKey(logObject);
    return this.#attempt('reading a checkpoint', async () => {
      const { Item } = await this.#client.send(
        new GetItemCommand({
          TableName: this.#table,
          Key: { pk: { S: pk }, sk: { S: sk } },
          ConsistentRead: true,
        }),
      );
      return Item === undefined ? undefined : fromItem(Item);
    });
  }

  async commit(before: Checkpoint | undefined, after: Checkpoint): Promise<void> {
    const now = this.#now();
    const item = toItem(after, Math.ceil((now + this.#retentionMs) / 1000), new Date(now).toISOString());
    const condition =
      before === undefined ? { ConditionExpression: 'attribute_not_exists(pk)' } : conditionOf(before);
    await this.#attempt('committing a checkpoint', async () => {
      try {
        await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: item, ...condition }));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        if (wasRepeated(error) && isDeepStrictEqual(await this.read(after.logObject), after)) return;
        const { account, container, name } = after.logObject;
        throw new CrosstrailError(
          'CHECKPOINT_CONFLICT',
          `${container}/${name} was moved by another invocation`,
          {
            account,
            container,
            logObject: name,
            committed: before?.committed ?? 0,
          },
        );
      }
    });
  }

  async between(
    account: string,
    container: string,
    scope: string,
    first: string,
    last: string,
  ): Promise<Checkpoint[]> {
    return this.#attempt('querying checkpoints', async () => {
      const checkpoints: Checkpoint[] = [];
      let next: Record<string, AttributeValue> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await this.#client.send(
          new QueryCommand({
            TableName: this.#table,
            KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
            ExpressionAttributeValues: {
              ':pk': { S: scopePartition(account, container, scope) },
              ':first': { S: `${first}#` },
              ':last': { S: `${last}#\uFFFF` },
            },
            ExclusiveStartKey: next,
          }),
        );
        checkpoints.push(...Items.map(fromItem));
        next = LastEvaluatedKey;
      } while (next !== undefined);
      return checkpoints;
    });
  }

  async #attempt<Result>(doing: string, request: () => Promise<Result>): Promise<Result> {
    try {
      return await request();
    } catch (error) {
      if (error instanceof CrosstrailError) throw error;
      throw new CrosstrailError('STATE_TABLE_FAILED', `${doing} in table ${this.#table} failed`, {}, error);
    }
  }
}

/** Everything that a commit may change alone: two that know different ends must not overwrite each other. */
function conditionOf({ committed, examined, knownEnd, tail, openWindow }: Checkpoint) {
  const same = 'committed = :committed AND examined = :examined AND knownEnd = :knownEnd AND tail = :tail';
  const values = {
    ':committed': { N: String(committed) },
    ':examined': { N: String(examined) },
    ':knownEnd': { N: String(knownEnd) },
    ':tail': { S: tail },
  };
  if (openWindow === undefined) {
    return {
      ConditionExpression: `${same} AND attribute_not_exists(openWindow)`,
      ExpressionAttributeValues: values,
    };
  }
  return {
    ConditionExpression: `${same} AND openWindow = :openWindow`,
    ExpressionAttributeValues: { ...values, ':openWindow': { S: openWindowText(openWindow) } },
  };
}
