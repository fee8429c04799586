import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** A message that was taken and is hidden from others until it is removed, released, or its time is over. */
export interface TakenMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
}

/** What names a taken message to SQS. */
export type Taken = Pick<TakenMessage, 'messageId' | 'receiptHandle'>;

/** Messages of one receive, and entries of one batch. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_BATCH = 10;

/** Rounds of deleting entries again that SQS did not delete. */
const MAX_ROUNDS = 3;

/** Seconds until a released message is visible. Not 0: the local cloud's SQS fails on that when it keeps its messages. */
const RELEASE_SECONDS = 1;

function batches<Item>(items: readonly Item[]): Item[][] {
  const cut: Item[][] = [];
  for (let at = 0; at < items.length; at += MAX_BATCH) cut.push(items.slice(at, at + MAX_BATCH));
  return cut;
}

/** How long a receive takes, and what it takes stays hidden. */
export interface TakingTimes {
  /** 0 to 43,200. */
  readonly hiddenSeconds: number;
  /**
   * Seconds that a receive waits for a message, 0 to 20. Any wait asks all of SQS's servers; without one an empty answer
   * may come from a queue that is not empty.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
   */
  readonly waitSeconds: number;
}

/** Takes messages from one queue. */
export class QueueTaker {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #times: TakingTimes;

  constructor(client: SQSClient, queueUrl: string, times: TakingTimes) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#times = times;
  }

  /** Up to `most` (at most 10) messages; none when the queue holds no visible one. Throws QUEUE_NOT_READABLE. */
  async take(most = MAX_BATCH): Promise<TakenMessage[]> {
    const { Messages = [] } = await this.#ask('receiving from', () =>
      this.#client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#queueUrl,
          MaxNumberOfMessages: Math.min(most, MAX_BATCH),
          VisibilityTimeout: this.#times.hiddenSeconds,
          WaitTimeSeconds: this.#times.waitSeconds,
        }),
      ),
    );
    return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '' }) => ({
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
    }));
  }

  /** Deletes messages. Throws QUEUE_NOT_READABLE when some are left: they come again by themselves. */
  async remove(messages: readonly Taken[]): Promise<void> {
    for (const batch of batches(messages)) await this.#removeBatch(batch);
  }

  /**
   * Makes messages visible again soon. What cannot be released comes again by itself when its time is over, so that a
   * refused entry is no failure. Throws QUEUE_NOT_READABLE when a request fails as a whole.
   */
  async release(messages: readonly Taken[]): Promise<void> {
    for (const batch of batches(messages)) {
      await this.#ask('releasing messages of', () =>
        this.#client.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl: this.#queueUrl,
            Entries: batch.map(({ receiptHandle }, index) => ({
              Id: String(index),
              ReceiptHandle: receiptHandle,
              VisibilityTimeout: RELEASE_SECONDS,
            })),
          }),
        ),
      );
    }
  }

  /** About how many messages are visible. Throws QUEUE_NOT_READABLE. */
  async waiting(): Promise<number> {
    const { Attributes } = await this.#ask('counting the messages of', () =>
      this.#client.send(
        new GetQueueAttributesCommand({
          QueueUrl: this.#queueUrl,
          AttributeNames: ['ApproximateNumberOfMessages'],
        }),
      ),
    );
    return Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0);
  }

  async #removeBatch(batch: readonly Taken[]): Promise<void> {
    let waiting = batch;
    for (let round = 1; ; round += 1) {
      const asked = waiting;
      const { Successful = [], Failed = [] } = await this.#ask('deleting from', () =>
        this.#client.send(
          new DeleteMessageBatchCommand({
            QueueUrl: this.#queueUrl,
            Entries: asked.map(({ receiptHandle }, index) => ({
              Id: String(index),
              ReceiptHandle: receiptHandle,
            })),
          }),
        ),
      );
      const deleted = new Set(Successful.map(({ Id }) => Id));
      // An entry that the answer does not name was not deleted for certain.
      waiting = asked.filter((_, index) => !deleted.has(String(index)));
      if (waiting.length === 0) return;
      if (round === MAX_ROUNDS) {
        throw new CrosstrailError('QUEUE_NOT_READABLE', `${waiting.length} messages were not deleted`, {
          queueUrl: this.#queueUrl,
          sqsCode: Failed[0]?.Code,
        });
      }
    }
  }

  async #ask<Answer>(doing: string, request: () => Promise<Answer>): Promise<Answer> {
    try {
      return await request();
    } catch (error) {
      throw new CrosstrailError(
        'QUEUE_NOT_READABLE',
        `${doing} the queue failed`,
        { queueUrl: this.#queueUrl },
        error,
      );
    }
  }
}
