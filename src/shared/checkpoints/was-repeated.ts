import type { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/**
 * True when the SDK sent a conditional write more than once. Then the condition may have failed because of the write
 * itself, whose first answer was lost: what is stored tells.
 */
export function wasRepeated({ $metadata }: ConditionalCheckFailedException): boolean {
  return ($metadata.attempts ?? 1) > 1;
}
