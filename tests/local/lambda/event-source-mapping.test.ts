import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import {
  createEventSourceMapping,
  type EventSourceMappingOptions,
} from '#local/lambda/event-source-mapping.ts';
import type { InvocationResult } from '#local/lambda/invocation.ts';
import { type LocalSqs, RANGE_DEAD_LETTER_QUEUE, RANGE_QUEUE, startSqs } from '#local/sqs.ts';

const region = 'eu-central-1';
let queues: LocalSqs;
let client: SQSClient;
beforeEach(async () => {
  queues = await startSqs({ region, maxReceiveCount: 5 });
  client = new SQSClient({ endpoint: queues.endpoint, region, credentials: DUMMY_CREDENTIALS });
});
afterEach(async () => {
  client.destroy();
  await queues.close();
});

async function enqueue(...bodies: string[]): Promise<void> {
  for (const body of bodies) {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queues.queueUrl(RANGE_QUEUE),
        MessageBody: body,
        MessageGroupId: `group of ${body}`,
        MessageDeduplicationId: body,
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'range' } },
      }),
    );
  }
}

type Answer = Pick<InvocationResult, 'payload' | 'error'>;

/** A mapping onto a function that answers by `answer`, and what the function was given. */
function mapTo(answer: (event: SQSEvent) => Answer, options: Partial<EventSourceMappingOptions> = {}) {
  const events: SQSEvent[] = [];
  const mapping = createEventSourceMapping({
    client,
    queueUrl: queues.queueUrl(RANGE_QUEUE),
    queueArn: queues.queueArn(RANGE_QUEUE),
    retryAfterSeconds: 0,
    lambda: {
      invoke: async (event) => {
        events.push(event as SQSEvent);
        return {
          requestId: '1',
          coldStart: false,
          durationMs: 0,
          logLines: [],
          ...answer(event as SQSEvent),
        };
      },
    },
    ...options,
  });
  return { mapping, events };
}

const failing = (event: SQSEvent, ...bodies: string[]): Answer => ({
  payload: {
    batchItemFailures: event.Records.filter(({ body }) => bodies.includes(body)).map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  },
});
const bodies = ({ Records }: SQSEvent) => Records.map(({ body }) => body);

it('the function gets records as SQS and Lambda make them', async () => {
  await enqueue('range 1');
  const { mapping, events } = mapTo(() => ({ payload: null }));

  await mapping.poll();

  expect(events[0]?.Records).toEqual([
    {
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.stringMatching(/./),
      body: 'range 1',
      attributes: {
        ApproximateReceiveCount: '1',
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: '000000000000',
        MessageGroupId: 'group of range 1',
        MessageDeduplicationId: 'range 1',
        SequenceNumber: expect.stringMatching(/^\d{20}$/),
      },
      messageAttributes: {
        kind: { stringValue: 'range', stringListValues: [], binaryListValues: [], dataType: 'String' },
      },
      md5OfBody: '8901b4fef0730f41bca3fa0d31f4eb2f',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:crosstrail-ranges.fifo',
      awsRegion: 'eu-central-1',
    },
  ]);
});

it('messages that the function reports stay on the queue, the others are deleted', async () => {
  await enqueue('a', 'b', 'c');
  let failures = ['b'];
  const { mapping, events } = mapTo((event) => failing(event, ...failures));

  const first = await mapping.poll();
  failures = [];
  const { drained } = await mapping.drain();

  expect(first).toMatchObject({ messages: 3, failed: 1 });
  expect(drained).toBe(true);
  expect(events.map(bodies)).toEqual([['a', 'b', 'c'], ['b']]);
  expect(events[1]?.Records[0]?.attributes.ApproximateReceiveCount).toBe('2');
});

it.each<[string, Answer]>([
  ['nothing', { payload: null }],
  ['an empty answer', { payload: {} }],
  ['no list', { payload: { batchItemFailures: null } }],
  ['an empty list', { payload: { batchItemFailures: [] } }],
])('a function that returns %s settled the whole batch', async (_what, answer) => {
  await enqueue('a', 'b');
  const { mapping } = mapTo(() => answer);

  const { drained, batches } = await mapping.drain();

  expect(drained).toBe(true);
  expect(batches).toMatchObject([{ messages: 2, failed: 0 }]);
});

it.each<[string, Answer]>([
  ['an error', { payload: null, error: { errorType: 'Error', errorMessage: 'no' } }],
  ['a timeout', { payload: null, error: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out' } }],
  ['a text', { payload: 'done' }],
  ['a list', { payload: [] }],
  ['a list that is none', { payload: { batchItemFailures: 'a' } }],
  ['an empty itemIdentifier', { payload: { batchItemFailures: [{ itemIdentifier: '' }] } }],
  ['a null itemIdentifier', { payload: { batchItemFailures: [{ itemIdentifier: null }] } }],
  ['another key', { payload: { batchItemFailures: [{ messageId: 'a' }] } }],
  ['no object', { payload: { batchItemFailures: [null] } }],
  ['an unknown id', { payload: { batchItemFailures: [{ itemIdentifier: 'not in this batch' }] } }],
])('a function that answers with %s settled nothing', async (_what, answer) => {
  await enqueue('a', 'b');
  const { mapping } = mapTo(() => answer);

  const batch = await mapping.poll();

  expect(batch).toMatchObject({ messages: 2, failed: 2 });
});

it('without ReportBatchItemFailures a list in the answer means nothing', async () => {
  await enqueue('a', 'b');
  const { mapping } = mapTo((event) => failing(event, 'a'), { reportBatchItemFailures: false });

  const { drained, batches } = await mapping.drain();

  expect(drained).toBe(true);
  expect(batches).toMatchObject([{ failed: 0 }]);
});

it('a message that always fails ends in the dead letter queue, and then the queue is drained', async () => {
  await enqueue('good', 'poison');
  const { mapping, events } = mapTo((event) => failing(event, 'poison'));

  const { drained } = await mapping.drain();

  const dead = await client.send(
    new ReceiveMessageCommand({ QueueUrl: queues.queueUrl(RANGE_DEAD_LETTER_QUEUE) }),
  );
  expect(drained).toBe(true);
  expect(events.map(bodies)).toEqual([['good', 'poison'], ['poison'], ['poison'], ['poison'], ['poison']]);
  expect(dead.Messages?.map(({ Body }) => Body)).toEqual(['poison']);
});

it('a failed message keeps the queue’s visibility timeout when none of its own is set', async () => {
  await enqueue('a');
  const { mapping, events } = mapTo((event) => failing(event, 'a'), { retryAfterSeconds: undefined });

  const { drained } = await mapping.drain({ maxMilliseconds: 200 });

  expect(drained).toBe(false);
  expect(events).toHaveLength(1);
});

it('a drain stops at its bound of invocations', async () => {
  await enqueue('a', 'b', 'c', 'd', 'e');
  const { mapping, events } = mapTo(() => ({ payload: null }), { batchSize: 1, maximumConcurrency: 2 });

  const { drained, batches } = await mapping.drain({ maxInvocations: 3 });

  expect(drained).toBe(false);
  expect(batches).toHaveLength(3);
  expect(events.flatMap(bodies).sort((one, other) => one.localeCompare(other))).toEqual(['a', 'b', 'c']);
});

it('a batch holds ten messages at most', async () => {
  await enqueue(...Array.from({ length: 12 }, (_, i) => `range ${i}`));
  const { mapping } = mapTo(() => ({ payload: null }));

  const { batches } = await mapping.drain();

  expect(batches.map(({ messages }) => messages)).toEqual([10, 2]);
});
