import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import {
  FAILURE_QUEUE,
  MAX_RECEIVE_COUNT,
  RANGE_DEAD_LETTER_QUEUE,
  RANGE_QUEUE,
  startSqs,
} from '#local/sqs.ts';

const region = 'eu-central-1';
const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(options: Parameters<typeof startSqs>[0] = {}) {
  const queues = await startSqs({ region, ...options });
  const client = new SQSClient({ endpoint: queues.endpoint, region, credentials: DUMMY_CREDENTIALS });
  let open = true;
  const stop = async (): Promise<void> => {
    if (!open) return;
    open = false;
    client.destroy();
    await queues.close();
  };
  stops.push(stop);
  return { ...queues, client, stop };
}

it('the queues of the template are there, with redrive, retention and order', async () => {
  const { client, queueUrl, queueArn } = await start();
  const attributesOf = async (name: string) =>
    (await client.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl(name), AttributeNames: ['All'] })))
      .Attributes;

  const ranges = await attributesOf(RANGE_QUEUE);
  const deadLetters = await attributesOf(RANGE_DEAD_LETTER_QUEUE);
  const failures = await attributesOf(FAILURE_QUEUE);

  expect(ranges).toMatchObject({ FifoQueue: 'true', QueueArn: queueArn(RANGE_QUEUE) });
  expect(JSON.parse(ranges?.['RedrivePolicy'] ?? '')).toEqual({
    deadLetterTargetArn: deadLetters?.['QueueArn'],
    maxReceiveCount: MAX_RECEIVE_COUNT,
  });
  expect(deadLetters?.['FifoQueue']).toBe('true');
  expect(failures?.['FifoQueue']).toBeUndefined();
  expect(failures?.['MessageRetentionPeriod']).toBe('1209600');
});

it('a queue URL that the service returns is the one that handlers are given', async () => {
  const { client, queueUrl } = await start();

  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: RANGE_QUEUE }));

  expect(QueueUrl).toBe(queueUrl(RANGE_QUEUE));
  expect(QueueUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/crosstrail-ranges\.fifo$/);
});

it('a range that was received too often goes to the dead letter queue', async () => {
  const { client, queueUrl } = await start({ maxReceiveCount: 5 });
  const QueueUrl = queueUrl(RANGE_QUEUE);
  await client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: 'range',
      MessageGroupId: 'g',
      MessageDeduplicationId: 'd',
    }),
  );

  let receives = 0;
  for (;;) {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    if (Messages[0] === undefined) break;
    receives += 1;
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl,
        ReceiptHandle: Messages[0].ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
  }

  const dead = await client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl(RANGE_DEAD_LETTER_QUEUE) }));
  expect(receives).toBe(5);
  expect(dead.Messages?.map(({ Body }) => Body)).toEqual(['range']);
});

it('two servers at once hold different messages on different ports', async () => {
  const [one, other] = [await start(), await start()];
  await one.client.send(
    new SendMessageCommand({ QueueUrl: one.queueUrl(FAILURE_QUEUE), MessageBody: 'reject' }),
  );

  const received = await other.client.send(
    new ReceiveMessageCommand({ QueueUrl: other.queueUrl(FAILURE_QUEUE) }),
  );

  expect(received.Messages).toBeUndefined();
  expect(one.endpoint).not.toBe(other.endpoint);
});

it('a data directory keeps the failure queue from one start to the next', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'crosstrail-queues-'));
  const first = await start({ dataDirectory });
  await first.client.send(
    new SendMessageCommand({ QueueUrl: first.queueUrl(FAILURE_QUEUE), MessageBody: 'reject' }),
  );
  await first.stop();

  const second = await start({ dataDirectory });
  const { QueueUrl } = await second.client.send(new GetQueueUrlCommand({ QueueName: FAILURE_QUEUE }));
  const { Messages } = await second.client.send(new ReceiveMessageCommand({ QueueUrl }));

  expect(QueueUrl).toBe(second.queueUrl(FAILURE_QUEUE));
  expect(Messages?.map(({ Body }) => Body)).toEqual(['reject']);
  await second.stop();
  await rm(dataDirectory, { recursive: true });
});
