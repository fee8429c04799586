import { setTimeout as delay } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { InvocationResult } from './invocation.ts';
import { failedMessageIds } from './partial-batch.ts';
import type { LocalLambdaFunction } from './runtime.ts';
import { toSqsEvent } from './sqs-event.ts';

/** How long to wait before looking again at a queue whose messages are all in flight, milliseconds. */
const POLL_PAUSE_MILLISECONDS = 50;

export interface EventSourceMappingOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly lambda: Pick<LocalLambdaFunction, 'invoke'>;
  /** Messages for one invocation, 1..10 (a FIFO queue's most). */
  readonly batchSize?: number;
  /** `ReportBatchItemFailures`: believe the function's list. Without it a batch succeeds or fails as a whole. */
  readonly reportBatchItemFailures?: boolean;
  /** Seconds until a failed message is received again; without it, the queue's visibility timeout. */
  readonly retryAfterSeconds?: number | undefined;
  /** Invocations at the same time. */
  readonly maximumConcurrency?: number;
  /** Sees each batch when it is settled. */
  readonly onBatch?: (batch: SettledBatch) => void;
}

export interface SettledBatch {
  /** Messages that were given to the function. */
  readonly messages: number;
  /** Messages that stay on the queue. */
  readonly failed: number;
  readonly invocation: InvocationResult;
}

export interface DrainBounds {
  readonly maxInvocations?: number;
  readonly maxMilliseconds?: number;
}

export interface DrainReport {
  /** True when no message was left, visible, delayed or in flight; false when a bound was reached. */
  readonly drained: boolean;
  readonly batches: readonly SettledBatch[];
}

export interface EventSourceMapping {
  /** Receives one batch and has it handled; undefined when no message was visible. */
  readonly poll: () => Promise<SettledBatch | undefined>;
  /** Polls until the queue is empty or a bound is reached (by default 1,000 invocations, 60 s). */
  readonly drain: (bounds?: DrainBounds) => Promise<DrainReport>;
}

/** What stands between an SQS queue and a function in AWS: polls, invokes, deletes what succeeded. */
export function createEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const { client, queueUrl: QueueUrl, queueArn, lambda, maximumConcurrency = 1 } = options;
  const { batchSize = 10, reportBatchItemFailures = true, retryAfterSeconds, onBatch } = options;

  const remove = async (messages: readonly Message[]): Promise<void> => {
    if (messages.length === 0) return;
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0)
      throw new Error(`${QueueUrl} did not delete ${Failed.length} messages: ${Failed[0]?.Code}`);
  };

  const release = async (messages: readonly Message[]): Promise<void> => {
    if (messages.length === 0 || retryAfterSeconds === undefined) return;
    const Entries = messages.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: retryAfterSeconds,
    }));
    // A message whose visibility ran out meanwhile is visible already, so entries that fail need nothing.
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  };

  const poll = async (): Promise<SettledBatch | undefined> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: batchSize,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return undefined;
    const invocation = await lambda.invoke(toSqsEvent(Messages, queueArn));
    const outcome = reportBatchItemFailures ? invocation : { ...invocation, payload: null };
    const failedIds = failedMessageIds(
      Messages.map(({ MessageId = '' }) => MessageId),
      outcome,
    );
    const failed = Messages.filter(({ MessageId = '' }) => failedIds.has(MessageId));
    await remove(Messages.filter((message) => !failed.includes(message)));
    await release(failed);
    const batch = { messages: Messages.length, failed: failed.length, invocation };
    onBatch?.(batch);
    return batch;
  };

  const isEmpty = async (): Promise<boolean> => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return Object.values(Attributes).every((count) => count === '0');
  };

  const drain = async ({
    maxInvocations = 1000,
    maxMilliseconds = 60_000,
  }: DrainBounds = {}): Promise<DrainReport> => {
    const deadline = Date.now() + maxMilliseconds;
    const batches: SettledBatch[] = [];
    for (;;) {
      const pollers = Math.min(maximumConcurrency, maxInvocations - batches.length);
      const polled = await Promise.all(Array.from({ length: pollers }, poll));
      const settled = polled.filter((batch) => batch !== undefined);
      batches.push(...settled);
      if (settled.length === 0 && (await isEmpty())) return { drained: true, batches };
      if (batches.length >= maxInvocations || Date.now() >= deadline)
        return { drained: await isEmpty(), batches };
      if (settled.length === 0) await delay(POLL_PAUSE_MILLISECONDS);
    }
  };

  return { poll, drain };
}
