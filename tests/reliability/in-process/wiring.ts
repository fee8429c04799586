import { MessageVisibility } from '#shared/aws/message-visibility.ts';
import { QueueSender } from '#shared/aws/queue-sender.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { DynamoWatermarkStore } from '#shared/checkpoints/watermark-store.ts';
import { CloudTrailLake } from '#shared/destinations/cloudtrail-lake.ts';
import { WITHOUT_LAKE } from '#shared/destinations/connect-destinations.ts';
import { RequestPace } from '#shared/destinations/request-pace.ts';
import { EventBucket } from '#shared/destinations/rows/event-bucket.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import { Instance } from './instance.ts';
import type { DestinationName } from './account.ts';
import { BUCKET, type InProcessBucket } from './bucket.ts';
import { AWS_ACCOUNT, CHANNEL_ARN, type InProcessLake } from './lake.ts';
import type { InProcessSqs } from './sqs.ts';
import { StorageConnection } from './storage-connection.ts';
import type { InProcessStorage } from './storage.ts';
import type { InProcessTable } from './table.ts';

const TABLE = 'checkpoints';
export const RANGE_URL = 'https://sqs.test/ranges.fifo';
export const BACKFILL_URL = 'https://sqs.test/backfill.fifo';
export const FAILURE_URL = 'https://sqs.test/failures';

/** What functions share. */
export interface Components {
  readonly storage: InProcessStorage;
  readonly table: InProcessTable;
  readonly sqs: InProcessSqs;
  readonly lake: InProcessLake;
  readonly bucket: InProcessBucket;
  readonly telemetry: Telemetry;
  /** Epoch ms of AWS. */
  readonly now: () => number;
}

/** One execution environment and everything that its code sees: the shipped classes on the components. */
export type Wired = ReturnType<typeof wire>;

/** Wires a new execution environment as the handlers' `wire` does. */
export function wire(
  { storage, table, sqs, lake, bucket, telemetry, now }: Components,
  destination: DestinationName = 'CloudTrailLake',
) {
  const instance = new Instance();
  const dynamo = table.client(instance);
  const client = sqs.client(instance);
  const sleep = async (): Promise<void> => undefined;
  const connection = new StorageConnection(storage, instance, { now, sleep, tryTimeoutMs: 1_000 });
  const heard: Telemetry = {
    emit: (name, fields) => {
      if (!instance.dead) telemetry.emit(name, fields);
    },
  };
  return {
    instance,
    now,
    telemetry: heard,
    listing: connection,
    reader: connection,
    checkpoints: new DynamoCheckpointStore(dynamo, TABLE, 400, now),
    watermarks: new DynamoWatermarkStore(dynamo, TABLE),
    ranges: new QueueSender(client, RANGE_URL, sleep),
    backfillRanges: new QueueSender(client, BACKFILL_URL, sleep),
    failures: new QueueSender(client, FAILURE_URL, sleep),
    visibilityIn: (queueUrl: string) => new MessageVisibility(client, queueUrl),
    destination:
      destination === 'S3'
        ? WITHOUT_LAKE
        : new CloudTrailLake({
            client: lake.client(instance),
            channelArn: CHANNEL_ARN,
            pace: new RequestPace(100, now, sleep),
            telemetry: heard,
            sleep,
            random: () => 0,
          }),
    rows:
      destination === 'CloudTrailLake'
        ? undefined
        : new EventBucket({
            client: bucket.client(instance),
            bucket: BUCKET,
            region: async () => 'eu-central-1',
            accountId: AWS_ACCOUNT,
            telemetry: heard,
            now,
            sleep,
            random: () => 0,
          }),
  };
}
