import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { RANGE_QUEUE, startSqs, type LocalSqs } from '#local/sqs.ts';
import { putBack, type PutBackPorts, type ReceivedMessage } from '#processor/put-back.ts';
import { MessageVisibility, queueUrlOf } from '#shared/aws/message-visibility.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

const region = 'eu-central-1';
const outOfTime = new CrosstrailError('OUT_OF_TIME', 'for a test');
const unreachable = new CrosstrailError('AZURE_UNREACHABLE', 'for a test');

let queues: LocalSqs;
let client: SQSClient;
let QueueUrl: string;
let emitted: { name: string; fields: object }[];
let ports: PutBackPorts;

beforeEach(async () => {
  queues = await startSqs({ region });
  client = new SQSClient({ endpoint: queues.endpoint, region, credentials: DUMMY_CREDENTIALS });
  QueueUrl = queues.queueUrl(RANGE_QUEUE);
  emitted = [];
  ports = {
    visibility: new MessageVisibility(client, QueueUrl),
    telemetry: { emit: (name, fields) => emitted.push({ name, fields }) },
  };
});
afterEach(async () => {
  client.destroy();
  await queues.close();
});

async function enqueue(...bodies: string[]): Promise<void> {
  for (const body of bodies) {
    const ids = { MessageGroupId: body, MessageDeduplicationId: body };
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...ids }));
  }
}

async function receive(): Promise<ReceivedMessage[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  );
  return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    receiveCount: Number(Attributes?.ApproximateReceiveCount),
  }));
}

it('what only lacked time is visible again after a second, what failed is not', async () => {
  await enqueue('unfinished', 'failed');
  const messages = await receive();

  await putBack(
    messages.map((message) => ({ message, error: message.body === 'failed' ? unreachable : outOfTime })),
    ports,
  );
  const atOnce = await receive();
  await sleep(1_100);
  const afterASecond = await receive();

  expect(messages).toHaveLength(2);
  expect(atOnce).toEqual([]);
  expect(afterASecond).toMatchObject([{ body: 'unfinished', receiveCount: 2 }]);
  expect(emitted).toEqual([]);
});

it('a batch of more than ten messages is put back in several calls', async () => {
  await enqueue(...Array.from({ length: 12 }, (_, index) => `range ${index}`));
  const messages = [...(await receive()), ...(await receive())];

  await putBack(
    messages.map((message) => ({ message, error: outOfTime })),
    ports,
  );
  await sleep(1_100);

  expect(messages).toHaveLength(12);
  expect([...(await receive()), ...(await receive())]).toHaveLength(12);
});

it('what SQS does not put back is a warning and no failure: the message waits for the visibility timeout', async () => {
  const message = { messageId: 'm', receiptHandle: 'no-such-receipt', body: '', receiveCount: 1 };

  await putBack([{ message, error: unreachable }], ports);

  expect(emitted).toMatchObject([
    { name: 'range.delay-not-set', fields: { messages: 1, error: { code: 'QUEUE_REFUSED' } } },
  ]);
});

it('an SQS that does not answer is a warning and no failure', async () => {
  const gone = new SQSClient({
    endpoint: 'http://127.0.0.1:9',
    region,
    credentials: DUMMY_CREDENTIALS,
    maxAttempts: 1,
  });
  const message = { messageId: 'm', receiptHandle: 'r', body: '', receiveCount: 1 };

  await putBack([{ message, error: unreachable }], {
    ...ports,
    visibility: new MessageVisibility(gone, 'http://127.0.0.1:9/000000000000/q.fifo'),
  });

  expect(emitted).toMatchObject([
    { name: 'range.delay-not-set', fields: { error: { code: 'QUEUE_REFUSED' } } },
  ]);
});

it('nothing failed: nothing is sent', async () => {
  let calls = 0;

  await putBack([], { ...ports, visibility: { change: async () => void (calls += 1) } });

  expect(calls).toBe(0);
});

it.each([
  [
    'arn:aws:sqs:eu-central-1:111122223333:crosstrail-BackfillQueue-1A.fifo',
    'https://sqs.eu-central-1.amazonaws.com/111122223333/crosstrail-RangeQueue-2B.fifo',
    'https://sqs.eu-central-1.amazonaws.com/111122223333/crosstrail-BackfillQueue-1A.fifo',
  ],
  [
    'arn:aws-cn:sqs:cn-north-1:111122223333:ranges.fifo',
    'https://sqs.cn-north-1.amazonaws.com.cn/111122223333/ranges.fifo',
    'https://sqs.cn-north-1.amazonaws.com.cn/111122223333/ranges.fifo',
  ],
])('the queue %s of the same stack has a URL of its own name', (arn, sibling, url) => {
  expect(queueUrlOf(arn, sibling)).toBe(url);
});
