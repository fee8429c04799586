import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/**
 * Messages in a queue, waiting or being worked on. SQS gives it within a minute of the truth.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 * Throws QUEUE_NOT_READABLE.
 */
export async function queueDepth(client: SQSClient, queueUrl: string): Promise<number> {
  try {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  } catch (error) {
    throw new CrosstrailError(
      'QUEUE_NOT_READABLE',
      'the depth of a queue could not be read',
      { queueUrl },
      error,
    );
  }
}
