import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { CHECKPOINT_TABLE, LOCAL_REGION } from '#local/local-cloud.ts';
import { watermarkKey } from '#shared/checkpoints/checkpoint-keys.ts';
import { messageDeduplicationId, messageGroupId, readRangeMessage } from '#shared/ranges/range.ts';
import { BuiltFunctions, eventOf } from '../pipeline/built-functions.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../pipeline/pipeline.ts';
import { idsOf, properties, referredId } from '../template/deployed-template.ts';

const ACCOUNT = 'devstoreaccount1';
const HOUR_MS = 3_600_000;
const NAME = nameAt('2026-11-20T12');
/** Longest deduplication id that SQS takes. */
const MAX_DEDUPLICATION_ID = 128;

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.start();
});
afterEach(async () => pipeline.close());

async function watermark(): Promise<number | undefined> {
  return (await pipeline.aggregation.watermarks.read(ACCOUNT, CONTAINER)).watermark;
}

async function enqueuedNames(): Promise<string[]> {
  return (await pipeline.takeRanges()).map(({ Body = '' }) => readRangeMessage(Body).logObject.name);
}

it('L1: an append between listing and the watermark is found by the next run', async () => {
  await pipeline.append(NAME, line('a'));
  const { ranges } = pipeline.aggregation;
  await pipeline.aggregate({
    ranges: {
      send: async (messages) => {
        await ranges.send(messages);
        await pipeline.append(NAME, line('b'));
        // Neither the clock of AWS, here an hour ahead, nor Azure's time of modification decides what has grown.
        pipeline.now += HOUR_MS;
      },
    },
  });
  await pipeline.process();

  await pipeline.aggregate();
  await pipeline.process();

  expect(await pipeline.uids()).toHaveLength(2);
});

it('L2: a range that could not be sent keeps the watermark where it is, and the next run sends it', async () => {
  await pipeline.append(NAME, line('a'));
  const refused = pipeline.aggregate({ ranges: { send: () => Promise.reject(new Error('refused')) } });
  await expect(refused).rejects.toThrow('refused');

  const before = await watermark();
  await pipeline.aggregate();

  expect(before).toBeUndefined();
  expect(await enqueuedNames()).toEqual([NAME]);
});

it('L3: the range of a log object whose name is far longer than a deduplication id is taken by the queue', async () => {
  const resource = `resourceId=/SUBSCRIPTIONS/X/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.WEB/SITES/${'N'.repeat(400)}/`;
  const name = `${resource}y=2026/m=11/d=20/h=12/m=00/PT1H.json`;
  await pipeline.append(name, line('a'));

  await pipeline.aggregate();

  const [message] = await pipeline.takeRanges();
  const range = readRangeMessage(message?.Body ?? '');
  expect(range.logObject.name).toBe(name);
  expect(messageDeduplicationId(range).length).toBeLessThanOrEqual(MAX_DEDUPLICATION_ID);
  expect(messageGroupId(range.logObject).length).toBeLessThanOrEqual(MAX_DEDUPLICATION_ID);
});

it('L4: growth within five minutes of the last range of the same log object is not dropped by the queue', async () => {
  await pipeline.append(NAME, line('a'));
  await pipeline.aggregate();
  await pipeline.process();

  await pipeline.append(NAME, line('b'));
  await pipeline.aggregate();
  await pipeline.process();

  expect(await pipeline.uids()).toHaveLength(2);
});

it('L5: an error is a failed invocation, which AWS repeats, counts and sounds an alarm for', async () => {
  const functions = await BuiltFunctions.build('aggregator');
  const aggregator = functions.create('aggregator', pipeline.cloud);

  const { error, payload } = await aggregator.invoke(await eventOf('aggregator-schedule.json'));
  await functions.close();

  expect(error?.errorType).toBe('CONTAINER_NOT_FOUND');
  expect(payload).toBeNull();
  const watched = idsOf('AWS::CloudWatch::Alarm')
    .filter((id) => properties(id)['MetricName'] === 'Errors')
    .flatMap((id) => properties(id)['Dimensions'] as { Value: unknown }[])
    .map(({ Value }) => referredId(Value));
  expect(watched).toContain('AggregatorFunction');
});

it('L6: a log object that is gone holds up no other, and its range is given up after some tries', async () => {
  const other = nameAt('2026-11-20T11');
  await pipeline.append(NAME, line('a'));
  await pipeline.append(other, line('b'));
  await pipeline.aggregate();
  await pipeline.blobs().getBlobClient(NAME).delete();

  const failed = await pipeline.process();

  expect(failed).toHaveLength(1);
  expect(await pipeline.uids()).toHaveLength(1);
  const groups = [NAME, other].map((name) =>
    messageGroupId({ account: ACCOUNT, container: CONTAINER, name, generation: '' }),
  );
  expect(new Set(groups).size).toBe(2);
  const redrive = properties('RangeQueue')['RedrivePolicy'] as Record<string, unknown>;
  expect(referredId(redrive['deadLetterTargetArn'])).toBe('RangeDeadLetterQueue');
});

it('L7: rejects wait 14 days in a queue of their own, and an alarm says so', () => {
  const queue = properties('FailureQueue');
  const watched = idsOf('AWS::CloudWatch::Alarm').map((id) => properties(id));

  expect(queue['FifoQueue']).toBeUndefined();
  expect(queue['MessageRetentionPeriod']).toBe(14 * 86_400);
  expect(watched).toContainEqual(
    expect.objectContaining({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 0,
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['FailureQueue', 'QueueName'] } }],
    }),
  );
});

it('L8: a listing that does not fit one invocation goes on in the next, and reaches every log object', async () => {
  const names = Array.from({ length: 70 }, (_, day) =>
    nameAt(new Date(Date.parse('2026-01-01T05:00:00Z') + day * 24 * HOUR_MS).toISOString()),
  );
  for (const name of names) await pipeline.append(name, line('a'));
  pipeline.remainingMs = 1_000;

  const outcomes: string[] = [];
  while (outcomes.at(-1) !== 'finished' && outcomes.length < 10) {
    outcomes.push((await pipeline.aggregate()).outcome);
  }

  expect(outcomes.length).toBeGreaterThan(1);
  expect(outcomes.at(-1)).toBe('finished');
  expect((await enqueuedNames()).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(names);
});

it('L9: of two runs at a time the slower one moves the watermark neither back nor forward', async () => {
  await pipeline.append(NAME, line('a'));
  const { ranges } = pipeline.aggregation;

  const slow = await pipeline.aggregate({
    ranges: {
      send: async (messages) => {
        await ranges.send(messages);
        pipeline.now += HOUR_MS;
        await pipeline.aggregate();
      },
    },
  });

  expect(slow.outcome).toBe('overtaken');
  expect(await watermark()).toBe(pipeline.now);
});

it('L10: log objects of other names than PT1H.json are found, and history does not hold up the first run', async () => {
  const recent = [
    'resourceId=/SUBSCRIPTIONS/X/y=2026/m=11/d=20/h=12/m=00/macAddress=000D3A/PT1H.json',
    'resourceId=/SUBSCRIPTIONS/X/y=2026/m=11/d=20/h=11/m=00/PT1H_1.json',
  ];
  const old = nameAt('2019-01-31T23');
  for (const name of [...recent, old]) await pipeline.append(name, line('a'));

  await pipeline.aggregate();

  // Ranges of history wait in a lane of their own, which is taken from last.
  expect(await enqueuedNames()).toEqual([...recent.toReversed(), old]);
});

it('L11: a watermark that cannot be read is an error, and never a reason to read all history again', async () => {
  await pipeline.append(NAME, line('a'));
  const { pk, sk } = watermarkKey(ACCOUNT, CONTAINER);
  const table = new DynamoDBClient({
    endpoint: pipeline.cloud.awsEnvironment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    region: LOCAL_REGION,
    credentials: DUMMY_CREDENTIALS,
  });
  const Item = { pk: { S: pk }, sk: { S: sk }, version: { N: '3' }, watermark: { S: 'last week' } };
  await table.send(new PutItemCommand({ TableName: CHECKPOINT_TABLE, Item }));
  table.destroy();

  const run = pipeline.aggregate();

  await expect(run).rejects.toMatchObject({
    code: 'STATE_TABLE_FAILED',
    message: expect.stringContaining('malformed'),
  });
  expect(await enqueuedNames()).toEqual([]);
});
