import {
  ChangeMessageVisibilityBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import type { RejectMessage } from '#shared/rejects/reject-message.ts';
import { DUMMY_CREDENTIALS } from './dummy-credentials.ts';
import { LOCAL_REGION, type LocalCloud } from './local-cloud.ts';
import { FAILURE_QUEUE } from './sqs.ts';

/** Seconds for which what was looked at stays hidden, should the look be interrupted. */
const HIDDEN_SECONDS = 60;

/** Looks at every message of the local failure queue and leaves them there. */
export async function peekFailureQueue({ sqs }: LocalCloud): Promise<RejectMessage[]> {
  const client = new SQSClient({
    endpoint: sqs.endpoint,
    region: LOCAL_REGION,
    credentials: DUMMY_CREDENTIALS,
  });
  const QueueUrl = sqs.queueUrl(FAILURE_QUEUE);
  const batches: Message[][] = [];
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: HIDDEN_SECONDS }),
    );
    if (Messages.length === 0) break;
    batches.push(Messages);
  }
  for (const batch of batches) {
    const Entries = batch.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      // Not 0: fauxqs fails on that when it keeps its messages on disk.
      VisibilityTimeout: 1,
    }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
  client.destroy();
  return batches.flat().map(({ Body = '' }) => JSON.parse(Body) as RejectMessage);
}
