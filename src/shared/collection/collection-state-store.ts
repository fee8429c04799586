import { isDeepStrictEqual } from 'node:util';
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { wasRepeated } from '#shared/checkpoints/was-repeated.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { CollectionStateStore } from './collect.ts';
import type { CollectionState } from './plan.ts';

const moment = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const STATE = v.strictObject({
  positions: v.record(v.string(), moment),
  outbox: v.array(v.strictObject({ name: v.string(), generation: v.string(), bytes: moment })),
  gaps: v.array(v.strictObject({ from: moment, to: moment })),
  leasedUntil: moment,
  narrowedMs: moment,
});

/** States in DynamoDB: one item for each tenant and log type, replaced by compare-and-set. */
export class DynamoCollectionStateStore implements CollectionStateStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(tenant: string, logType: string): Promise<CollectionState | undefined> {
    return this.#attempt(`reading the state of ${logType}`, async () => {
      const { Item } = await this.#client.send(
        new GetItemCommand({ TableName: this.#table, Key: keyOf(tenant, logType), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      // A malformed item is an error, never a silent first run.
      const state = v.parse(STATE, JSON.parse(Item['state']?.S ?? ''));
      return { ...state, version: v.parse(moment, Number(Item['version']?.N)) };
    });
  }

  async replace(tenant: string, logType: string, after: CollectionState): Promise<boolean> {
    const { version, ...state } = after;
    return this.#attempt(`saving the state of ${logType}`, async () => {
      try {
        await this.#client.send(
          new PutItemCommand({
            TableName: this.#table,
            Item: {
              ...keyOf(tenant, logType),
              version: { N: String(version) },
              state: { S: JSON.stringify(state) },
            },
            ...(version === 1
              ? { ConditionExpression: 'attribute_not_exists(pk)' }
              : {
                  ConditionExpression: 'version = :version',
                  ExpressionAttributeValues: { ':version': { N: String(version - 1) } },
                }),
          }),
        );
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return wasRepeated(error) && isDeepStrictEqual(await this.read(tenant, logType), after);
      }
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

function keyOf(tenant: string, logType: string) {
  return { pk: { S: `collection#${tenant}/${logType}` }, sk: { S: 'state' } };
}
