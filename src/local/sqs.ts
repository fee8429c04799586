import { CreateQueueCommand, type QueueAttributeName, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { DUMMY_CREDENTIALS } from './dummy-credentials.ts';

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
  const { stores, closeStores } = await openStores(dataDirectory);
  const app = buildApp({ logger: false, defaultRegion: region, stores });
  app.addHook('preClose', async () => closeStores());
  const endpoint = await app.listen({ port, host: '127.0.0.1' });
  const queueUrl = (queueName: string): string => `${endpoint}/${ACCOUNT_ID}/${queueName}`;
  const queueArn = (queueName: string): string => `arn:aws:sqs:${region}:${ACCOUNT_ID}:${queueName}`;
  // Kept queues carry the port of the last start.
  for (const queue of stores.sqsStore.allQueues()) Object.assign(queue, { url: queueUrl(queue.name) });
  await createQueues(endpoint, region, {
    deadLetterTargetArn: queueArn(RANGE_DEAD_LETTER_QUEUE),
    maxReceiveCount,
  });
  return { endpoint, queueUrl, queueArn, close: () => app.close() };
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

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
type Persistence = NonNullable<Stores['sqsStore']['persistence']>;

/**
 * fauxqs's own start binds all interfaces; only with stores of our own can it be kept to 127.0.0.1 and still keep its
 * messages, or give queue URLs that resolve. The package exports none of these classes, hence the paths.
 */
async function openStores(dataDirectory?: string): Promise<{ stores: Stores; closeStores: () => void }> {
  const load = (path: string): Promise<unknown> => import(new URL(path, import.meta.resolve('fauxqs')).href);
  const { SqsStore } = (await load('sqs/sqsStore.js')) as { SqsStore: new () => Stores['sqsStore'] };
  const { SnsStore } = (await load('sns/snsStore.js')) as { SnsStore: new () => Stores['snsStore'] };
  const { S3Store } = (await load('s3/s3Store.js')) as { S3Store: new () => Stores['s3Store'] };
  const stores: Stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  stores.sqsStore.host = ''; // queue URLs then carry the host of the request
  if (dataDirectory === undefined) return { stores, closeStores: () => {} };

  const { PersistenceManager } = (await load('persistence.js')) as {
    PersistenceManager: new (directory: string) => Persistence;
  };
  const persistence = new PersistenceManager(dataDirectory);
  persistence.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  stores.sqsStore.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  return { stores, closeStores: () => persistence.close() };
}
