import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** One backfill: a container and the days it covers. */
export interface Backfill {
  readonly account: string;
  readonly container: string;
  /** Epoch ms. */
  readonly since: number;
  /** Epoch ms. */
  readonly until: number;
}

/** How far a backfill came, so that one that was interrupted goes on where it stopped. */
export class BackfillPosition {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #key: { pk: { S: string }; sk: { S: string } };

  constructor(client: DynamoDBClient, table: string, { account, container, since, until }: Backfill) {
    this.#client = client;
    this.#table = table;
    const days = [since, until].map((moment) => new Date(moment).toISOString());
    this.#key = { pk: { S: `backfill#${account}/${container}` }, sk: { S: days.join('..') } };
  }

  /** Day prefix up to which everything is enqueued; empty when it has not begun. Throws STATE_TABLE_FAILED. */
  async read(): Promise<string> {
    return this.#attempt('reading', async () => {
      const { Item } = await this.#client.send(
        new GetItemCommand({ TableName: this.#table, Key: this.#key, ConsistentRead: true }),
      );
      return Item?.['position']?.S ?? '';
    });
  }

  /** Throws STATE_TABLE_FAILED. */
  async save(position: string): Promise<void> {
    await this.#attempt('saving', () =>
      this.#client.send(
        new PutItemCommand({ TableName: this.#table, Item: { ...this.#key, position: { S: position } } }),
      ),
    );
  }

  /** Forgets the position of a backfill that is complete. Throws STATE_TABLE_FAILED. */
  async clear(): Promise<void> {
    await this.#attempt('clearing', () =>
      this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: this.#key })),
    );
  }

  async #attempt<Result>(doing: string, request: () => Promise<Result>): Promise<Result> {
    try {
      return await request();
    } catch (error) {
      const what = `${doing} the position of a backfill in table ${this.#table} failed`;
      throw new CrosstrailError('STATE_TABLE_FAILED', what, {}, error);
    }
  }
}
