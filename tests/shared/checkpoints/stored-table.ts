import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { StandardRetryStrategy } from '@smithy/core/retry';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { createStateTable, startDynamoDb } from '#local/dynamodb.ts';
import { startFaultProxy, type FaultProxy, type ProxiedRequest } from '#local/fault-proxy.ts';

/** Name of the table. */
export const TABLE = 'crosstrail-checkpoints';

type Item = Record<string, AttributeValue>;

/** The SDK's own strategy decides what is sent again; only its pauses are left out. */
const NO_BACKOFF = { setDelayBase: () => undefined, computeNextBackoffDelay: () => 1 };

/** The table on the local DynamoDB, and a proxy before it that loses answers. */
export class StoredTable {
  readonly proxy: FaultProxy;
  /** Goes through the proxy. */
  readonly client: DynamoDBClient;
  /** Goes past it. */
  readonly direct: DynamoDBClient;
  readonly #close: () => Promise<void>;

  private constructor(proxy: FaultProxy, direct: DynamoDBClient, close: () => Promise<void>) {
    this.proxy = proxy;
    this.direct = direct;
    this.#close = close;
    this.client = clientOf(proxy.endpoint);
  }

  static async start(): Promise<StoredTable> {
    const { endpoint, close } = await startDynamoDb();
    const direct = clientOf(endpoint);
    await createStateTable(direct, TABLE);
    return new StoredTable(await startFaultProxy(endpoint), direct, close);
  }

  async close(): Promise<void> {
    this.client.destroy();
    this.direct.destroy();
    await this.proxy.close();
    await this.#close();
  }

  /** Nothing goes wrong any more. */
  mend(): void {
    this.proxy.rule = () => undefined;
  }

  /** The next write takes effect, but its answer is lost; `meanwhile` is over before it is sent again. */
  loseNextAnswer(meanwhile: () => Promise<unknown> = async () => undefined): void {
    let writes = 0;
    this.proxy.rule = async (request) => {
      if (!isWrite(request)) return undefined;
      writes += 1;
      if (writes === 1) return { kind: 'reset', when: 'after-sending' };
      if (writes === 2) await meanwhile();
      return undefined;
    };
  }

  async item(pk: string, sk: string): Promise<Item | undefined> {
    const Key = { pk: { S: pk }, sk: { S: sk } };
    return (await this.direct.send(new GetItemCommand({ TableName: TABLE, Key }))).Item;
  }

  async put(item: Item): Promise<void> {
    await this.direct.send(new PutItemCommand({ TableName: TABLE, Item: item }));
  }

  /** Body of the last request through the proxy. */
  lastRequest(): Record<string, unknown> {
    return JSON.parse(String(this.proxy.requests.at(-1)?.body)) as Record<string, unknown>;
  }
}

function clientOf(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: DUMMY_CREDENTIALS,
    retryStrategy: new StandardRetryStrategy({ maxAttempts: 3, backoff: NO_BACKOFF }),
  });
}

function isWrite({ headers }: ProxiedRequest): boolean {
  return headers['x-amz-target'] === 'DynamoDB_20120810.PutItem';
}
