import { describeError } from '#shared/errors/describe-error.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import type { FailedMessage, RangeMessage } from './process-batch.ts';
import { retryDelaySeconds } from './retry-delay.ts';

/** A message as it was received, which is what decides when it comes again. */
export interface ReceivedMessage extends RangeMessage {
  readonly receiptHandle: string;
  /** 1 at the first receive. */
  readonly receiveCount: number;
}

/** What putting messages back needs of the world. */
export interface PutBackPorts {
  readonly visibility: {
    change(changes: readonly { readonly receiptHandle: string; readonly seconds: number }[]): Promise<void>;
  };
  readonly telemetry: Telemetry;
}

/**
 * Makes failed messages visible again after the delay that their error calls for, instead of the queue's visibility
 * timeout of an hour. Never throws: a message whose delay could not be set waits that hour, and nothing is lost.
 */
export async function putBack(
  failed: readonly FailedMessage<ReceivedMessage>[],
  { visibility, telemetry }: PutBackPorts,
): Promise<void> {
  if (failed.length === 0) return;
  try {
    await visibility.change(
      failed.map(({ message: { messageId, receiptHandle, receiveCount }, error }) => ({
        receiptHandle,
        seconds: retryDelaySeconds(error, receiveCount, messageId),
      })),
    );
  } catch (error) {
    telemetry.emit('range.delay-not-set', { messages: failed.length, error: describeError(error) });
  }
}
