import type { OutgoingMessage } from '#shared/aws/queue-sender.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
const DEDUPLICATION_MS = 300_000;

interface HeldMessage {
  readonly messageId: string;
  readonly body: string;
  readonly groupId: string;
  visibleAt: number;
  receiveCount: number;
  receiptHandle: string;
}

/** A message as a receive gives it. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly receiptHandle: string;
  readonly receiveCount: number;
}

export interface FifoQueueOptions {
  /** Epoch ms. */
  readonly now: () => number;
  readonly visibilityTimeoutMs: number;
  readonly maxReceiveCount: number;
  /** Told of every message that it took. */
  readonly taken: (body: string) => void;
}

/** An SQS FIFO queue: message groups, deduplication per group, visibility, and a dead-letter queue. */
export class InProcessFifoQueue {
  /** Bodies of messages that were received too often. */
  readonly deadLetters: string[] = [];
  readonly #options: FifoQueueOptions;
  #messages: HeldMessage[] = [];
  readonly #sentAt = new Map<string, number>();
  #numbered = 0;

  constructor(options: FifoQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#messages.length;
  }

  send({ body, groupId = '', deduplicationId = '' }: OutgoingMessage): void {
    const now = this.#options.now();
    const key = `${groupId}\n${deduplicationId}`;
    if (now - (this.#sentAt.get(key) ?? -Infinity) < DEDUPLICATION_MS) return;
    this.#sentAt.set(key, now);
    this.#options.taken(body);
    const messageId = `m${(this.#numbered += 1)}`;
    this.#messages.push({ messageId, body, groupId, visibleAt: now, receiveCount: 0, receiptHandle: '' });
  }

  /** Up to ten messages that may be worked on now: of each group its first ones, none while one of it is in work. */
  receive(): ReceivedMessage[] {
    const { now, visibilityTimeoutMs, maxReceiveCount } = this.#options;
    const received: HeldMessage[] = [];
    const blocked = new Set<string>();
    for (const message of this.#messages) {
      if (blocked.has(message.groupId) || received.length === 10) continue;
      if (message.visibleAt > now()) {
        blocked.add(message.groupId);
      } else if (message.receiveCount >= maxReceiveCount) {
        this.#messages = this.#messages.filter((other) => other !== message);
        this.deadLetters.push(message.body);
      } else {
        received.push(message);
      }
    }
    return received.map((message) => {
      message.receiveCount += 1;
      message.visibleAt = now() + visibilityTimeoutMs;
      message.receiptHandle = `h${(this.#numbered += 1)}`;
      const { messageId, body, receiptHandle, receiveCount } = message;
      return { messageId, body, receiptHandle, receiveCount };
    });
  }

  /** A handle counts until the visibility timeout is over. */
  #inWork(receiptHandle: string): HeldMessage | undefined {
    return this.#messages.find(
      (message) => message.receiptHandle === receiptHandle && message.visibleAt > this.#options.now(),
    );
  }

  delete(receiptHandle: string): void {
    const message = this.#inWork(receiptHandle);
    this.#messages = this.#messages.filter((other) => other !== message);
  }

  changeVisibility(receiptHandle: string, seconds: number): void {
    const message = this.#inWork(receiptHandle);
    if (message !== undefined) message.visibleAt = this.#options.now() + seconds * 1000;
  }

  /** Takes a message away, as SQS does when its retention is over; gives its body. */
  lose(index: number): string | undefined {
    const message = this.#messages[index % Math.max(1, this.#messages.length)];
    this.#messages = this.#messages.filter((other) => other !== message);
    return message?.body;
  }
}
