import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { S3Client } from '@aws-sdk/client-s3';
import { BlobServiceClient } from '@azure/storage-blob';
import type { RetryStrategyV2 } from '@smithy/types';
import { aggregate, type AggregationPorts, type AggregationResult } from '#aggregator/aggregate.ts';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { peekFailureQueue } from '#local/failure-queue.ts';
import {
  CHECKPOINT_TABLE,
  LOCAL_REGION,
  startLocalCloud,
  type LocalCloud,
  type LocalCloudOptions,
} from '#local/local-cloud.ts';
import { EVENT_BUCKET } from '#local/s3.ts';
import { BACKFILL_QUEUE, FAILURE_QUEUE, RANGE_QUEUE } from '#local/sqs.ts';
import { processBatch, type BatchPorts } from '#processor/process-batch.ts';
import {
  AWS_PATIENCE,
  clientOptions,
  LAKE_PATIENCE,
  EVENT_BUCKET_PATIENCE,
  type AwsPatience,
} from '#shared/aws/client-options.ts';
import { CloudTrailDataClient } from '#shared/aws/cloudtrail-data/index.ts';
import type { AzurePatience } from '#shared/azure/azure-tries.ts';
import { QueueSender } from '#shared/aws/queue-sender.ts';
import { AzureLogObjectListing } from '#shared/azure/log-object-listing.ts';
import { AzureLogObjectReader } from '#shared/azure/log-object-reader.ts';
import type { StorageAccount } from '#shared/azure/storage-account.ts';
import type { StorageAccounts } from '#shared/azure/storage-accounts.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import { scanCheckpoints } from '#shared/checkpoints/scan-checkpoints.ts';
import { DynamoWatermarkStore } from '#shared/checkpoints/watermark-store.ts';
import { CloudTrailLake } from '#shared/destinations/cloudtrail-lake.ts';
import { WITHOUT_LAKE } from '#shared/destinations/connect-destinations.ts';
import { RequestPace } from '#shared/destinations/request-pace.ts';
import { EventBucket } from '#shared/destinations/rows/event-bucket.ts';
import type { RejectMessage } from '#shared/rejects/reject-message.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import { accountBySecret } from './account-by-secret.ts';
import { emptyBucket, storedObjects, type StoredObject } from './stored-rows.ts';

export const CONTAINER = 'insights-activity-logs';

export interface Emitted {
  readonly name: string;
  readonly fields: Record<string, unknown>;
}

/** `http://127.0.0.1:<port>` of each service, as the use-cases reach it. */
export interface ServiceEndpoints {
  readonly azureBlob: string;
  readonly sqs: string;
  readonly dynamoDb: string;
  readonly lake: string;
  readonly s3: string;
}

export interface PipelineOptions extends LocalCloudOptions {
  /** Leads the use-cases to other endpoints than those of the services; what it leaves out stays. */
  readonly endpoints?: (direct: ServiceEndpoints) => Promise<Partial<ServiceEndpoints>>;
  readonly azurePatience?: Partial<AzurePatience>;
  readonly awsPatience?: AwsPatience;
  readonly lakePatience?: AwsPatience;
  readonly s3Patience?: AwsPatience;
  /** Where the Processor delivers to; CloudTrail Lake unless told. */
  readonly destination?: 'CloudTrailLake' | 'S3' | 'Both';
  /** Of the clients of SQS and DynamoDB, instead of the SDK's own. */
  readonly retryStrategy?: RetryStrategyV2;
}

/** The use-cases of both Lambdas on the real local components, in this process, with a clock that a test sets. */
export class Pipeline {
  readonly cloud: LocalCloud;
  readonly emitted: Emitted[] = [];
  readonly telemetry: Telemetry = {
    emit: (name, fields) => this.emitted.push({ name, fields }),
  };
  /** Epoch ms, for the Aggregator and the Processor. */
  now = Date.parse('2026-11-20T12:30:00Z');
  remainingMs = 900_000;
  readonly aggregation: AggregationPorts;
  readonly batch: BatchPorts;
  readonly #sqs: SQSClient;
  readonly #table: DynamoDBClient;
  readonly #s3: S3Client;
  readonly #clients: { destroy(): void }[];

  private constructor(
    cloud: LocalCloud,
    endpoints: ServiceEndpoints,
    azure: { readonly accounts: StorageAccounts; readonly account: StorageAccount },
    options: PipelineOptions,
  ) {
    this.cloud = cloud;
    const {
      awsPatience = AWS_PATIENCE,
      lakePatience = LAKE_PATIENCE,
      s3Patience = EVENT_BUCKET_PATIENCE,
    } = options;
    const { destination = 'CloudTrailLake' } = options;
    const at = (endpoint: string) => ({ endpoint, region: LOCAL_REGION, credentials: DUMMY_CREDENTIALS });
    this.#sqs = new SQSClient(at(cloud.sqs.endpoint));
    this.#table = new DynamoDBClient(at(cloud.awsEnvironment['AWS_ENDPOINT_URL_DYNAMODB'] ?? ''));
    this.#s3 = new S3Client(at(cloud.s3.endpoint));
    const { retryStrategy } = options;
    const aws = { ...clientOptions(awsPatience), ...(retryStrategy === undefined ? {} : { retryStrategy }) };
    const queues = new SQSClient({ ...at(endpoints.sqs), ...aws });
    const table = new DynamoDBClient({ ...at(endpoints.dynamoDb), ...aws });
    const lake = new CloudTrailDataClient({ ...at(endpoints.lake), ...clientOptions(lakePatience) });
    const s3 = new S3Client({ ...at(endpoints.s3), ...clientOptions(s3Patience) });
    this.#clients = [this.#sqs, this.#table, this.#s3, queues, table, lake, s3];
    const sleep = async (): Promise<void> => undefined;
    const clock = { now: () => this.now, remainingMs: () => this.remainingMs };
    const checkpoints = new DynamoCheckpointStore(table, CHECKPOINT_TABLE, 400, clock.now);
    this.aggregation = {
      ...clock,
      telemetry: this.telemetry,
      checkpoints,
      listing: new AzureLogObjectListing(azure.account),
      watermarks: new DynamoWatermarkStore(table, CHECKPOINT_TABLE),
      ranges: new QueueSender(queues, cloud.sqs.queueUrl(RANGE_QUEUE), sleep),
      backfillRanges: new QueueSender(queues, cloud.sqs.queueUrl(BACKFILL_QUEUE), sleep),
    };
    this.batch = {
      ...clock,
      telemetry: this.telemetry,
      checkpoints,
      reader: new AzureLogObjectReader(azure.accounts),
      destination:
        destination === 'S3'
          ? WITHOUT_LAKE
          : new CloudTrailLake({
              client: lake,
              channelArn: cloud.lake.channelArn,
              pace: new RequestPace(100, Date.now, sleep),
              telemetry: this.telemetry,
              sleep,
              random: () => 0,
            }),
      rows:
        destination === 'CloudTrailLake'
          ? undefined
          : new EventBucket({
              client: s3,
              bucket: EVENT_BUCKET,
              region: async () => LOCAL_REGION,
              accountId: cloud.lake.channelArn.split(':')[4] ?? '',
              telemetry: this.telemetry,
              now: Date.now,
              sleep,
              random: () => 0,
            }),
      failures: new QueueSender(queues, cloud.sqs.queueUrl(FAILURE_QUEUE), sleep),
      recipientAccountId: cloud.lake.channelArn.split(':')[4] ?? '',
      containers: [{ container: CONTAINER }],
    };
  }

  static async start(options: PipelineOptions = {}): Promise<Pipeline> {
    return Pipeline.connect(await startLocalCloud(options), options);
  }

  /** New clients for a cloud that runs. */
  static async connect(cloud: LocalCloud, options: PipelineOptions = {}): Promise<Pipeline> {
    const direct: ServiceEndpoints = {
      azureBlob: new URL(cloud.azureBlob.endpoint).origin,
      sqs: cloud.sqs.endpoint,
      dynamoDb: cloud.awsEnvironment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
      lake: cloud.lake.endpoint,
      s3: cloud.s3.endpoint,
    };
    const endpoints = { ...direct, ...(await options.endpoints?.(direct)) };
    const { connectionString, endpoint } = cloud.azureBlob;
    const reached = connectionString.replace(new URL(endpoint).host, new URL(endpoints.azureBlob).host);
    const patience = { sleep: async () => undefined, ...options.azurePatience };
    const azure = await accountBySecret(() => reached, patience);
    return new Pipeline(cloud, endpoints, azure, options);
  }

  async close(): Promise<void> {
    this.disconnect();
    await this.cloud.close();
  }

  /** Ends the clients; the cloud runs on. */
  disconnect(): void {
    for (const client of this.#clients) client.destroy();
  }

  /** Appends to an append blob as Azure does. */
  async append(name: string, content: string | Buffer, container = CONTAINER): Promise<void> {
    const client = this.blobs(container);
    await client.createIfNotExists();
    const blob = client.getAppendBlobClient(name);
    await blob.createIfNotExists();
    const bytes = Buffer.from(content);
    if (bytes.length > 0) await blob.appendBlock(bytes, bytes.length);
  }

  blobs(container = CONTAINER) {
    return BlobServiceClient.fromConnectionString(this.cloud.azureBlob.connectionString).getContainerClient(
      container,
    );
  }

  aggregate(ports: Partial<AggregationPorts> = {}, container = CONTAINER): Promise<AggregationResult> {
    return aggregate(container, 48, { ...this.aggregation, ...ports });
  }

  /** Takes what waits in the range queue, then what waits in the backfill queue. */
  async takeRanges(queues: readonly string[] = [RANGE_QUEUE, BACKFILL_QUEUE]): Promise<Message[]> {
    const taken: Message[] = [];
    for (const QueueUrl of queues.map((queue) => this.cloud.sqs.queueUrl(queue))) {
      for (;;) {
        const { Messages = [] } = await this.#sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        if (Messages.length === 0) break;
        for (const { ReceiptHandle } of Messages) {
          await this.#sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
        taken.push(...Messages);
      }
    }
    return taken;
  }

  /** Takes every range of the queue and processes them as one batch; gives the ids that have to come again. */
  async process(messages?: readonly { messageId: string; body: string }[], ports: Partial<BatchPorts> = {}) {
    const taken =
      messages ??
      (await this.takeRanges()).map(({ MessageId = '', Body = '' }) => ({
        messageId: MessageId,
        body: Body,
      }));
    const failed = await processBatch(taken, { ...this.batch, ...ports });
    return failed.map(({ message }) => message.messageId);
  }

  async checkpoints(): Promise<Checkpoint[]> {
    return Array.fromAsync(scanCheckpoints(this.#table, CHECKPOINT_TABLE));
  }

  /** UIDs in the event data store, one for each row, sorted. */
  async uids(): Promise<string[]> {
    const { rows } = await this.cloud.lake.query(
      `SELECT eventData.uid FROM ${this.cloud.lake.eventDataStoreId} ORDER BY 1`,
    );
    return rows.map(([uid]) => String(uid));
  }

  /** The objects of the event bucket. */
  objects(): Promise<StoredObject[]> {
    return storedObjects(this.#s3);
  }

  emptyBucket(): Promise<void> {
    return emptyBucket(this.#s3);
  }

  /** UIDs in the event bucket, one for each row, sorted. */
  async rowUids(): Promise<string[]> {
    return (await this.objects()).flatMap(({ rows }) => rows.map(({ eventdata }) => eventdata.uid)).sort();
  }

  rejects(): Promise<RejectMessage[]> {
    return peekFailureQueue(this.cloud);
  }
}

/** Name of an activity log object. */
export function nameAt(hour: string, subscription = 'AAAAAAAA-0000-0000-0000-000000000001'): string {
  const [y, m, d, h] = hour.split(/[-T:]/);
  return `resourceId=/SUBSCRIPTIONS/${subscription}/y=${y}/m=${m}/d=${d}/h=${h}/m=00/PT1H.json`;
}

/** A small activity record, with its line ending. */
export function line(marker: string, ending = '\r\n'): string {
  return `{ "time": "2026-11-20T10:00:00.1234567Z", "resourceId": "/SUBSCRIPTIONS/AAAAAAAA-0000-0000-0000-000000000001/RESOURCEGROUPS/RG", "operationName": "MICROSOFT.RESOURCES/SUBSCRIPTIONS/RESOURCEGROUPS/WRITE", "category": "Administrative", "resultType": "Success", "properties": {"marker":"${marker}"}}${ending}`;
}
