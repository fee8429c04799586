import { CreateQueueCommand, type QueueAttributeName, SQSClient } from '@aws-sdk/client-sqs';
import { DUMMY_CREDENTIALS } from './dummy-credentials.ts';
import { startFauxqs } from './fauxqs.ts';

/** fauxqs's account; its ARNs and queue URLs carry it. */
const ACCOUNT_ID = '000000000000';

/** The queues of template.yaml. */
export const RANGE_QUEUE = 'crosstrail-ranges.fifo';
export const BACKFILL_QUEUE = 'crosstrail-backfill.fifo';
export const RANGE_DEAD_LETTER_QUEUE = 'crosstrail-ranges-dlq.fifo';
export const FAILURE_QUEUE = 'crosstrail-failures';

const FOURTEEN_DAYS = String(14 * 24 * 3600);
/** Receives of a range before it goes to the dead letter queue, as in template.yaml. */
export const MAX_RECEIVE_COUNT = 150;
/** Seconds that a range is hidden while it is worked on. */
const RANGE_VISIBILITY_SECONDS = 3600;

export interface SqsOptions {
  /** 0, the default: any free port. */
  port?: number;
  /** The Region that clients sign for; it stands in the queues' ARNs. */
  region?: string;
  /** Where queues and messages live on; without it they are in memory and end with the server. */
  dataDirectory?: string;
  /** Receives of a range before it goes to the dead letter queue. */
  maxReceiveCount?: number;
}

export interface LocalSqs {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly queueUrl: (queueName: string) => string;
  readonly queueArn: (queueName: string) => string;
  readonly close: () => Promise<void>;
}

/**
 * SQS on the laptop with Crosstrail's queues: fauxqs in this process, on 127.0.0.1 only. A bad receipt handle gives no
 * error there, and at most one message of a message group comes with each receive.
 */
export async function startSqs({
  port = 0,
  region = 'us-east-1',
  dataDirectory,
  maxReceiveCount = MAX_RECEIVE_COUNT,
}: SqsOptions = {}): Promise<LocalSqs> {
  const { endpoint, stores, close } = await startFauxqs({
    port,
    region,
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
  });
  const queueUrl = (queueName: string): string => `${endpoint}/${ACCOUNT_ID}/${queueName}`;
  const queueArn = (queueName: string): string => `arn:aws:sqs:${region}:${ACCOUNT_ID}:${queueName}`;
  // Kept queues carry the port of the last start.
  for (const queue of stores.sqsStore.allQueues()) Object.assign(queue, { url: queueUrl(queue.name) });
  await createQueues(endpoint, region, {
    deadLetterTargetArn: queueArn(RANGE_DEAD_LETTER_QUEUE),
    maxReceiveCount,
  });
  return { endpoint, queueUrl, queueArn, close };
}

async function createQueues(
  endpoint: string,
  region: string,
  redrive: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number },
): Promise<void> {
  const client = new SQSClient({ endpoint, region, credentials: DUMMY_CREDENTIALS });
  const create = (QueueName: string, Attributes: Partial<Record<QueueAttributeName, string>>) =>
    client.send(
      new CreateQueueCommand({
        QueueName,
        Attributes: { MessageRetentionPeriod: FOURTEEN_DAYS, ...Attributes },
      }),
    );
  await create(RANGE_DEAD_LETTER_QUEUE, { FifoQueue: 'true' });
  for (const queue of [RANGE_QUEUE, BACKFILL_QUEUE]) {
    await create(queue, {
      FifoQueue: 'true',
      VisibilityTimeout: String(RANGE_VISIBILITY_SECONDS),
      RedrivePolicy: JSON.stringify(redrive),
    });
  }
  await create(FAILURE_QUEUE, {});
  client.destroy();
}
