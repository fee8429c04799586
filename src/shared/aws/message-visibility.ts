import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** When a received message shall be visible again. */
export interface VisibilityChange {
  readonly receiptHandle: string;
  /** From now, 1 to 43,200 (12 hours). */
  readonly seconds: number;
}

/** Messages in one ChangeMessageVisibilityBatch. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html */
const MAX_BATCH = 10;

/**
 * URL of the queue with that ARN, from the URL of another queue of the same account and Region: they differ in the name.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
 */
export function queueUrlOf(queueArn: string, siblingUrl: string): string {
  return siblingUrl.replace(/[^/]*$/, queueArn.split(':').at(-1) ?? '');
}

/** Decides when received messages of one queue come again. */
export class MessageVisibility {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  /** Changes each message, or throws QUEUE_REFUSED: then some keep the visibility timeout that they have. */
  async change(changes: readonly VisibilityChange[]): Promise<void> {
    let refused = 0;
    let sqsCode: string | undefined;
    for (let start = 0; start < changes.length; start += MAX_BATCH) {
      const batch = changes.slice(start, start + MAX_BATCH);
      const { Failed = [] } = await this.#send(batch);
      refused += Failed.length;
      sqsCode ??= Failed[0]?.Code;
    }
    if (refused > 0) {
      throw new CrosstrailError('QUEUE_REFUSED', `the visibility of ${refused} messages was not changed`, {
        queueUrl: this.#queueUrl,
        sqsCode,
      });
    }
  }

  async #send(batch: readonly VisibilityChange[]) {
    try {
      return await this.#client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: batch.map(({ receiptHandle, seconds }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: seconds,
          })),
        }),
      );
    } catch (error) {
      const what = 'changing the visibility of messages failed';
      throw new CrosstrailError('QUEUE_REFUSED', what, { queueUrl: this.#queueUrl }, error);
    }
  }
}
