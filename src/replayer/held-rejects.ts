import type { Taken, TakenMessage } from '#shared/aws/queue-taker.ts';
import type { KeptReject } from '#shared/rejects/read-reject-message.ts';

/** A message of the failure queue that this run took and did not remove: it has to become visible again. */
export interface HeldMessage extends Taken {
  /** The record's id; undefined for a message that is no reject. */
  readonly id: string | undefined;
  /** 0 for a message that is no reject. */
  readonly attempts: number;
}

/**
 * What a run has taken from the failure queue. It stays hidden until the run ends, so that each message is looked at
 * once, whether it is asked for or not. Without bodies: 100,000 messages take about 130 MB.
 */
export class HeldRejects {
  readonly #held = new Map<string, HeldMessage>();
  readonly #byId = new Map<string, Set<string>>();
  readonly #seen = new Set<string>();

  /** Messages looked at so far. */
  get looked(): number {
    return this.#seen.size;
  }

  /** Keeps a message; true when it was not seen before in this run. SQS may give a message twice. */
  hold({ messageId, receiptHandle }: TakenMessage, reject: KeptReject | undefined): boolean {
    const id = reject?.id;
    this.#held.set(messageId, { messageId, receiptHandle, id, attempts: reject?.attempts ?? 0 });
    if (id !== undefined) this.#byId.set(id, (this.#byId.get(id) ?? new Set()).add(messageId));
    if (this.#seen.has(messageId)) return false;
    this.#seen.add(messageId);
    return true;
  }

  /** The held messages of a record. */
  copiesOf(id: string): HeldMessage[] {
    return [...(this.#byId.get(id) ?? [])].flatMap((messageId) => this.#held.get(messageId) ?? []);
  }

  /** Forgets messages that were removed from the queue. */
  forget(messages: readonly HeldMessage[]): void {
    for (const { messageId, id } of messages) {
      this.#held.delete(messageId);
      if (id !== undefined) this.#byId.get(id)?.delete(messageId);
    }
  }

  /** Everything that has to become visible again. */
  all(): HeldMessage[] {
    return [...this.#held.values()];
  }
}
