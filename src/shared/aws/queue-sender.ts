import { setTimeout as delay } from 'node:timers/promises';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** One message; group and deduplication id for FIFO queues only. */
export interface OutgoingMessage {
  readonly body: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
}

/** Messages in one SendMessageBatch. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MAX_BATCH = 10;

/**
 * Bytes of one message and of all messages of a batch together: 1 MiB (1,048,576). Ours stay below, because SQS counts
 * ids too. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const MAX_MESSAGE_BYTES = 1_000_000;

/** Rounds of sending entries again that SQS refused for a reason of its own; pauses of 0.2 s doubling. */
const MAX_ROUNDS = 3;
const FIRST_PAUSE_MS = 200;

/** Cuts messages into batches by number and bytes, in order. */
export function batchMessages(messages: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const batches: OutgoingMessage[][] = [];
  let batch: OutgoingMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const length = Buffer.byteLength(message.body);
    if (batch.length === MAX_BATCH || (batch.length > 0 && bytes + length > MAX_MESSAGE_BYTES)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += length;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

/** Sends to one queue. */
export class QueueSender {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #sleep: (ms: number) => Promise<unknown>;

  constructor(client: SQSClient, queueUrl: string, sleep: (ms: number) => Promise<unknown> = delay) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#sleep = sleep;
  }

  /** Sends every message, or throws QUEUE_REFUSED: then some may have been sent, so the caller sends all again. */
  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const batch of batchMessages(messages)) await this.#sendBatch(batch);
  }

  async #sendBatch(batch: readonly OutgoingMessage[]): Promise<void> {
    let waiting = batch;
    for (let round = 1; waiting.length > 0; round += 1) {
      const failed = await this.#sendOnce(waiting);
      if (failed.length === 0) return;
      const refused = failed.find(({ senderFault }) => senderFault);
      if (refused !== undefined || round === MAX_ROUNDS) {
        throw new CrosstrailError(
          'QUEUE_REFUSED',
          `${this.#queueUrl} did not take ${failed.length} messages`,
          {
            queueUrl: this.#queueUrl,
            sqsCode: (refused ?? failed[0])?.code,
          },
        );
      }
      // FIFO order within a group is kept: what follows a refused entry in the same batch is sent again after it
      // only if it was refused too, and ranges of one log object settle in any order.
      waiting = failed.map(({ message }) => message);
      await this.#sleep(FIRST_PAUSE_MS * 2 ** (round - 1));
    }
  }

  async #sendOnce(
    batch: readonly OutgoingMessage[],
  ): Promise<{ message: OutgoingMessage; code: string | undefined; senderFault: boolean }[]> {
    try {
      const { Successful = [], Failed = [] } = await this.#client.send(
        new SendMessageBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: batch.map(({ body, groupId, deduplicationId }, index) => ({
            Id: String(index),
            MessageBody: body,
            ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
            ...(deduplicationId === undefined ? {} : { MessageDeduplicationId: deduplicationId }),
          })),
        }),
      );
      // What the answer does not name as sent was not sent for certain.
      const sent = new Set(Successful.map(({ Id }) => Id));
      const failures = new Map(Failed.map((failure) => [failure.Id, failure]));
      return [...batch.entries()].flatMap(([index, message]) => {
        const id = String(index);
        const { Code, SenderFault } = failures.get(id) ?? {};
        return sent.has(id) ? [] : [{ message, code: Code, senderFault: SenderFault ?? false }];
      });
    } catch (error) {
      throw new CrosstrailError(
        'QUEUE_REFUSED',
        `sending to ${this.#queueUrl} failed`,
        { queueUrl: this.#queueUrl },
        error,
      );
    }
  }
}
