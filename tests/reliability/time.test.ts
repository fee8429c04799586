import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { setTimeout as sleep } from 'node:timers/promises';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import {
  createEventSourceMapping,
  type EventSourceMappingOptions,
} from '#local/lambda/event-source-mapping.ts';
import { LOCAL_REGION } from '#local/local-cloud.ts';
import { MAX_RECEIVE_COUNT, RANGE_DEAD_LETTER_QUEUE, RANGE_QUEUE } from '#local/sqs.ts';
import { processBatch, type BatchPorts } from '#processor/process-batch.ts';
import { RESERVE_MS } from '#processor/process-range.ts';
import { putBack } from '#processor/put-back.ts';
import { MessageVisibility } from '#shared/aws/message-visibility.ts';
import { readRangeMessage } from '#shared/ranges/range.ts';
import { BuiltFunctions } from '../pipeline/built-functions.ts';
import { line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

let functions: BuiltFunctions;
let pipeline: Pipeline;
let client: SQSClient;

beforeAll(async () => {
  functions = await BuiltFunctions.build('processor');
});
afterAll(async () => functions.close());
beforeEach(async () => {
  pipeline = await Pipeline.start();
  client = new SQSClient({
    endpoint: pipeline.cloud.sqs.endpoint,
    region: LOCAL_REGION,
    credentials: DUMMY_CREDENTIALS,
  });
});
afterEach(async () => {
  await functions.end();
  client.destroy();
  await pipeline.close();
});

function mapTo(lambda: EventSourceMappingOptions['lambda'], retryAfterSeconds?: number) {
  return createEventSourceMapping({
    client,
    queueUrl: pipeline.cloud.sqs.queueUrl(RANGE_QUEUE),
    queueArn: pipeline.cloud.sqs.queueArn(RANGE_QUEUE),
    lambda,
    retryAfterSeconds,
  });
}

async function deadRanges(): Promise<string[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: pipeline.cloud.sqs.queueUrl(RANGE_DEAD_LETTER_QUEUE),
      MaxNumberOfMessages: 10,
    }),
  );
  return Messages.map(({ Body = '' }) => readRangeMessage(Body).logObject.name);
}

/** A Processor in this process that has time for so many windows, a range's first look counted as one. */
function processorWithTimeFor(
  windows: number,
  ports: Partial<BatchPorts>,
): EventSourceMappingOptions['lambda'] {
  const visibility = new MessageVisibility(client, pipeline.cloud.sqs.queueUrl(RANGE_QUEUE));
  return {
    async invoke(event) {
      let left = windows;
      const messages = (event as SQSEvent).Records.map(({ messageId, body, receiptHandle, attributes }) => ({
        messageId,
        body,
        receiptHandle,
        receiveCount: Number(attributes.ApproximateReceiveCount),
      }));
      const failed = await processBatch(messages, {
        ...pipeline.batch,
        ...ports,
        remainingMs: () => ((left -= 1) >= 0 ? 900_000 : RESERVE_MS - 1),
      });
      await putBack(failed, { visibility, telemetry: pipeline.telemetry });
      const payload = {
        batchItemFailures: failed.map(({ message }) => ({ itemIdentifier: message.messageId })),
      };
      return { requestId: '1', coldStart: false, durationMs: 0, logLines: [], payload };
    },
  };
}

it('a backlog that is larger than the time of an invocation drains, each line once, and fills no dead-letter queue', async () => {
  const lines = Array.from({ length: 24 }, (_, index) => line(String(index).padStart(2, '0'), '\n'));
  const names = Array.from({ length: 12 }, (_, hour) =>
    nameAt(`2026-11-20T${String(hour).padStart(2, '0')}`),
  );
  for (const name of names) await pipeline.append(name, lines.join(''));
  await pipeline.aggregate();
  const windowBytes = (lines[0]?.length ?? 0) * 4;

  const { drained, batches } = await mapTo(processorWithTimeFor(9, { windowBytes }), 0).drain();

  expect(drained).toBe(true);
  // 12 log objects of 6 windows, of which an invocation can do at most nine.
  expect(batches.length).toBeGreaterThanOrEqual(8);
  expect(batches.reduce((total, { failed }) => total + failed, 0)).toBeGreaterThan(12);
  expect(await deadRanges()).toEqual([]);
  expect(await pipeline.uids()).toHaveLength(12 * 24);
  expect((await pipeline.checkpoints()).map(({ deliveredRecords }) => deliveredRecords)).toEqual(
    names.map(() => 24),
  );
});

it('what an invocation did not reach is visible again after a second, and not after the visibility timeout', async () => {
  await pipeline.append(nameAt('2026-11-20T10'), line('a'));
  await pipeline.append(nameAt('2026-11-20T11'), line('b'));
  await pipeline.aggregate();
  const withoutTime = functions.create('processor', pipeline.cloud, {}, RESERVE_MS / 1000 - 1);

  const first = await mapTo(withoutTime).poll();
  await sleep(1_200);
  const { drained, batches } = await mapTo(functions.create('processor', pipeline.cloud)).drain();

  expect(first).toMatchObject({ messages: 2, failed: 2 });
  expect(first?.invocation.error).toBeUndefined();
  expect(drained).toBe(true);
  expect(batches).toMatchObject([{ messages: 2, failed: 0 }]);
  expect(await pipeline.uids()).toHaveLength(2);
});

it('a poison range ends in the dead-letter queue while the others pass', async () => {
  const poison = nameAt('2026-11-20T09');
  const good = [nameAt('2026-11-20T10'), nameAt('2026-11-20T11')];
  for (const name of [poison, ...good]) await pipeline.append(name, line('a'));
  await pipeline.aggregate();
  await pipeline.blobs().getBlobClient(poison).delete();

  const { drained, batches } = await mapTo(functions.create('processor', pipeline.cloud), 0).drain();

  expect(drained).toBe(true);
  expect(batches[0]).toMatchObject({ messages: 3, failed: 1 });
  expect(batches).toHaveLength(MAX_RECEIVE_COUNT);
  expect(await deadRanges()).toEqual([poison]);
  const settled = (await pipeline.checkpoints()).filter(({ deliveredRecords }) => deliveredRecords === 1);
  expect(settled.map(({ logObject }) => logObject.name).sort()).toEqual(good);
});
