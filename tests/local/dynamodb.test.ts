import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { createStateTable, startDynamoDb } from '#local/dynamodb.ts';

const TableName = 'crosstrail-checkpoints';
const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(options?: Parameters<typeof startDynamoDb>[0]) {
  const { endpoint, close } = await startDynamoDb(options);
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  let open = true;
  const stop = async (): Promise<void> => {
    if (!open) return;
    open = false;
    client.destroy();
    await close();
  };
  stops.push(stop);
  return { endpoint, client, stop };
}

const put = (committed: number, expected: number) =>
  new PutItemCommand({
    TableName,
    Item: { pk: { S: 'container' }, sk: { S: 'blob' }, committed: { N: String(committed) } },
    ConditionExpression: 'attribute_not_exists(pk) OR committed = :expected',
    ExpressionAttributeValues: { ':expected': { N: String(expected) } },
  });
const get = new GetItemCommand({ TableName, Key: { pk: { S: 'container' }, sk: { S: 'blob' } } });

it('the checkpoint table has pk and sk as keys, is on demand, and may be created twice', async () => {
  const { client } = await start();
  await createStateTable(client, TableName);
  await createStateTable(client, TableName);

  const { Table } = await client.send(new DescribeTableCommand({ TableName }));

  expect(Table).toMatchObject({
    TableStatus: 'ACTIVE',
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  });
});

it('a conditional write of a stale offset is refused', async () => {
  const { client } = await start();
  await createStateTable(client, TableName);
  await client.send(put(100, 0));

  const stale = client.send(put(50, 0));

  await expect(stale).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  expect((await client.send(get)).Item?.['committed']).toEqual({ N: '100' });
});

it('two servers at once hold different tables on different ports of 127.0.0.1', async () => {
  const [one, other] = [await start(), await start()];
  await createStateTable(one.client, TableName);

  const describing = other.client.send(new DescribeTableCommand({ TableName }));

  await expect(describing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect(one.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(one.endpoint).not.toBe(other.endpoint);
});

it('a data directory keeps the items from one start to the next', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'crosstrail-tables-'));
  const first = await start({ dataDirectory });
  await createStateTable(first.client, TableName);
  await first.client.send(put(100, 0));
  await first.stop();

  const second = await start({ dataDirectory });
  await createStateTable(second.client, TableName);
  const { Item } = await second.client.send(get);

  expect(Item?.['committed']).toEqual({ N: '100' });
  await second.stop();
  await rm(dataDirectory, { recursive: true });
});
