import { isDeepStrictEqual } from 'node:util';
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { watermarkKey } from './checkpoint-keys.ts';
import { wasRepeated } from './was-repeated.ts';

/** A listing of what is new that more than one invocation carries out. */
export interface Walk {
  /** When it started, epoch ms; the watermark once it is complete. */
  readonly startedAt: number;
  /** Days before this moment (epoch ms) are left out. */
  readonly since: number;
  /** Day prefix up to which, in name order, every grown log object was enqueued; empty at the start. */
  readonly position: string;
}

/** The listing of what was there before the first run. It never holds up what is new. */
export interface History {
  /** Days after this moment (epoch ms) are left out: the first run listed them as new. */
  readonly until: number;
  readonly position: string;
}

/** What is known of a container's listing. */
export interface ListingState {
  /** Start, epoch ms, of the last listing whose every grown log object was enqueued; undefined before the first. */
  readonly watermark: number | undefined;
  /** A walk that is not complete. */
  readonly walk: Walk | undefined;
  /** What of the history is not listed yet; undefined when all is. */
  readonly history: History | undefined;
  /** Number of the last write; 0 before the first. */
  readonly version: number;
}

/** Listing state of each container. Every method throws STATE_TABLE_FAILED when the table fails. */
export interface WatermarkStore {
  read(account: string, container: string): Promise<ListingState>;
  /**
   * Replaces the state whose version is `before.version`. False when another run wrote in the meantime: then nothing
   * is changed.
   */
  replace(
    account: string,
    container: string,
    before: ListingState,
    after: Omit<ListingState, 'version'>,
  ): Promise<boolean>;
}

function iso(epochMs: number): AttributeValue {
  return { S: new Date(epochMs).toISOString() };
}

function moment(attribute: AttributeValue | undefined): number | undefined {
  return attribute?.S === undefined ? undefined : Date.parse(attribute.S);
}

/** Listing states in DynamoDB. A malformed item is an error, never a silent first run. */
export class DynamoWatermarkStore implements WatermarkStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(account: string, container: string): Promise<ListingState> {
    const { pk, sk } = watermarkKey(account, container);
    let item: Record<string, AttributeValue> | undefined;
    try {
      ({ Item: item } = await this.#client.send(
        new GetItemCommand({
          TableName: this.#table,
          Key: { pk: { S: pk }, sk: { S: sk } },
          ConsistentRead: true,
        }),
      ));
    } catch (error) {
      throw new CrosstrailError(
        'STATE_TABLE_FAILED',
        `reading the watermark in ${this.#table} failed`,
        {},
        error,
      );
    }
    if (item === undefined) return { watermark: undefined, walk: undefined, history: undefined, version: 0 };

    const version = Number(item['version']?.N);
    const watermark = moment(item['watermark']);
    const startedAt = moment(item['walkStartedAt']);
    const since = moment(item['walkSince']);
    const until = moment(item['historyUntil']);
    const malformed =
      !Number.isSafeInteger(version) ||
      [watermark, startedAt, since, until].some(Number.isNaN) ||
      (watermark === undefined && startedAt === undefined) ||
      (startedAt === undefined) !== (since === undefined);
    if (malformed) {
      throw new CrosstrailError(
        'STATE_TABLE_FAILED',
        `the watermark item ${pk} in ${this.#table} is malformed`,
      );
    }
    const walk =
      startedAt === undefined || since === undefined
        ? undefined
        : { startedAt, since, position: item['walkPosition']?.S ?? '' };
    const history = until === undefined ? undefined : { until, position: item['historyPosition']?.S ?? '' };
    return { watermark, walk, history, version };
  }

  async replace(
    account: string,
    container: string,
    before: ListingState,
    after: Omit<ListingState, 'version'>,
  ): Promise<boolean> {
    const { pk, sk } = watermarkKey(account, container);
    const { watermark, walk, history } = after;
    const Item: Record<string, AttributeValue> = {
      pk: { S: pk },
      sk: { S: sk },
      version: { N: String(before.version + 1) },
      ...(watermark === undefined ? {} : { watermark: iso(watermark) }),
      ...(walk === undefined
        ? {}
        : {
            walkStartedAt: iso(walk.startedAt),
            walkSince: iso(walk.since),
            walkPosition: { S: walk.position },
          }),
      ...(history === undefined
        ? {}
        : { historyUntil: iso(history.until), historyPosition: { S: history.position } }),
    };
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item,
          ...(before.version === 0
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: 'version = :version',
                ExpressionAttributeValues: { ':version': { N: String(before.version) } },
              }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        const written = { watermark, walk, history, version: before.version + 1 };
        return wasRepeated(error) && isDeepStrictEqual(await this.read(account, container), written);
      }
      throw new CrosstrailError(
        'STATE_TABLE_FAILED',
        `writing the watermark in ${this.#table} failed`,
        {},
        error,
      );
    }
  }
}
