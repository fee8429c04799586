import { createHash } from 'node:crypto';
import type { OutgoingMessage } from '#shared/aws/queue-sender.ts';
import {
  messageDeduplicationId,
  messageGroupId,
  writeRangeMessage,
  type Range,
} from '#shared/ranges/range.ts';

/**
 * Range messages as the Aggregator writes them, but for the deduplication id: SQS drops a message whose id it saw in
 * the last five minutes, and the one that is repaired may be the very one that was lost. `repair` names this repair, so
 * that sending it again after a failure adds nothing.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
export function repairMessages(ranges: readonly Range[], repair: string): OutgoingMessage[] {
  return ranges.map((range) => ({
    body: writeRangeMessage(range),
    groupId: messageGroupId(range.logObject),
    deduplicationId: createHash('sha256')
      .update(JSON.stringify([repair, messageDeduplicationId(range)]))
      .digest('hex'),
  }));
}
