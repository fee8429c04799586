import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { OutgoingMessage } from '#shared/aws/queue-sender.ts';
import type { Boundary } from './instance.ts';
import type { InProcessFifoQueue } from './fifo-queue.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_BATCH = 10;
const MAX_BATCH_BYTES = 1_048_576;

/** A queue that only keeps what it is sent. */
export interface MessageSink {
  send(message: OutgoingMessage): void;
}

/** Queues by URL, behind a client as the shipped senders use it. */
export class InProcessSqs {
  readonly #sinks: ReadonlyMap<string, MessageSink>;
  readonly #fifo: ReadonlyMap<string, InProcessFifoQueue>;
  /** Entries that the service refuses for a reason of its own, from now on. */
  refusals = 0;

  constructor(
    fifo: Readonly<Record<string, InProcessFifoQueue>>,
    sinks: Readonly<Record<string, MessageSink>>,
  ) {
    this.#fifo = new Map(Object.entries(fifo));
    this.#sinks = new Map([...Object.entries(fifo), ...Object.entries(sinks)]);
  }

  client(boundary: Boundary): SQSClient {
    const send = async (command: unknown): Promise<unknown> => {
      if (command instanceof SendMessageBatchCommand) {
        const { QueueUrl = '', Entries = [] } = command.input;
        return boundary.call(this.#fifo.has(QueueUrl) ? 'range.send' : 'reject.send', () =>
          this.#take(QueueUrl, Entries),
        );
      }
      if (command instanceof ChangeMessageVisibilityBatchCommand) {
        const { QueueUrl = '', Entries = [] } = command.input;
        return boundary.call('range.delay', () => {
          for (const { ReceiptHandle = '', VisibilityTimeout = 0 } of Entries)
            this.#fifo.get(QueueUrl)?.changeVisibility(ReceiptHandle, VisibilityTimeout);
          return {};
        });
      }
      throw new Error('no command of the shipped senders');
    };
    return { send } as unknown as SQSClient;
  }

  #take(queueUrl: string, entries: NonNullable<SendMessageBatchCommand['input']['Entries']>): object {
    const bytes = entries.reduce((sum, { MessageBody = '' }) => sum + Buffer.byteLength(MessageBody), 0);
    if (entries.length > MAX_BATCH || bytes > MAX_BATCH_BYTES) throw new Error('BatchRequestTooLong');
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const { Id, MessageBody = '', MessageGroupId, MessageDeduplicationId } of entries) {
      if (this.refusals > 0) {
        this.refusals -= 1;
        Failed.push({ Id, Code: 'InternalError', SenderFault: false });
        continue;
      }
      this.#sinks.get(queueUrl)?.send({
        body: MessageBody,
        ...(MessageGroupId === undefined ? {} : { groupId: MessageGroupId }),
        ...(MessageDeduplicationId === undefined ? {} : { deduplicationId: MessageDeduplicationId }),
      });
      Successful.push({ Id });
    }
    return { Successful, Failed };
  }
}
