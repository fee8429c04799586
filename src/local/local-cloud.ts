import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DestinationConfiguration } from '#shared/configuration/destination-settings.ts';
import { startAzureBlob, type LocalAzureBlob } from './azure-blob.ts';
import { DUMMY_CREDENTIALS } from './dummy-credentials.ts';
import { createStateTable, startDynamoDb } from './dynamodb.ts';
import type { LakeFaults } from './lake/lake-faults.ts';
import { startLocalLake, type LocalLake } from './lake/local-lake.ts';
import { EVENT_BUCKET, startS3, type LocalS3 } from './s3.ts';
import { startSecretsManager, type LocalSecretsManager } from './secrets-manager.ts';
import { startWorkloadIdentity, type LocalWorkloadIdentity } from './workload-identity.ts';
import {
  BACKFILL_QUEUE,
  FAILURE_QUEUE,
  RANGE_DEAD_LETTER_QUEUE,
  RANGE_QUEUE,
  startSqs,
  type LocalSqs,
} from './sqs.ts';

export const LOCAL_REGION = 'us-east-1';
export const CHECKPOINT_TABLE = 'crosstrail-checkpoints';
export const COLLECTION_TABLE = 'crosstrail-collection';
export const CONNECTION_STRING_SECRET = 'crosstrail/azure-storage';

export interface LocalCloudOptions {
  /** First of six ports in a row (Blob, SQS, DynamoDB, Secrets Manager, CloudTrail Lake, S3); without it any free ones. */
  readonly portBase?: number;
  /** Folder in which blobs, table, queues, events and objects live on; without it they end with the process. */
  readonly dataDirectory?: string;
  /** What goes wrong in CloudTrail Lake, for tests. */
  readonly lakeFaults?: LakeFaults;
  /** Azure is signed in to by the role, over TLS, instead of by a secret. STS and Entra ID take any free ports. */
  readonly withWorkloadIdentity?: boolean;
}

/** Everything that Crosstrail's Lambdas talk to, on 127.0.0.1. */
export interface LocalCloud {
  readonly azureBlob: LocalAzureBlob;
  readonly lake: LocalLake;
  readonly sqs: LocalSqs;
  readonly s3: LocalS3;
  readonly secretsManager: LocalSecretsManager;
  /** STS and Entra ID, when the cloud was started with them. */
  readonly workloadIdentity: LocalWorkloadIdentity | undefined;
  /** What an AWS SDK, the AWS CLI or a Lambda needs to reach this cloud and nothing else. */
  readonly awsEnvironment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts the local cloud. Throws when a port is taken; what was started by then is closed again. */
export async function startLocalCloud({
  portBase,
  dataDirectory,
  lakeFaults,
  withWorkloadIdentity = false,
}: LocalCloudOptions = {}): Promise<LocalCloud> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  const options = async (index: number, name: string): Promise<{ port?: number; dataDirectory?: string }> => {
    if (dataDirectory !== undefined) await mkdir(join(dataDirectory, name), { recursive: true });
    return {
      ...(portBase === undefined ? {} : { port: portBase + index }),
      ...(dataDirectory === undefined ? {} : { dataDirectory: join(dataDirectory, name) }),
    };
  };
  const started = async <Component extends { close(): Promise<void> }>(
    starting: Promise<Component>,
  ): Promise<Component> => {
    const component = await starting;
    closers.push(() => component.close());
    return component;
  };

  try {
    // First, because it alone locks its files: a second cloud on the same folder ends here and touches nothing.
    const lake = await started(
      startLocalLake({
        ...(await options(4, 'lake')),
        region: LOCAL_REGION,
        ...(lakeFaults === undefined ? {} : { faults: lakeFaults }),
      }),
    );
    const workloadIdentity = withWorkloadIdentity ? await started(startWorkloadIdentity()) : undefined;
    const azureBlob = await started(
      startAzureBlob({
        ...(await options(0, 'azure-blob')),
        ...(workloadIdentity === undefined ? {} : { certificate: workloadIdentity.certificate }),
      }),
    );
    const dynamoDb = await started(startDynamoDb(await options(2, 'dynamodb')));
    const sqs = await started(startSqs({ ...(await options(1, 'sqs')), region: LOCAL_REGION }));
    const s3 = await started(startS3({ ...(await options(5, 's3')), region: LOCAL_REGION }));
    const secretsManager = await started(
      startSecretsManager(portBase === undefined ? {} : { port: portBase + 3 }),
    );

    secretsManager.put(CONNECTION_STRING_SECRET, azureBlob.connectionString);
    const table = new DynamoDBClient({
      endpoint: dynamoDb.endpoint,
      region: LOCAL_REGION,
      credentials: DUMMY_CREDENTIALS,
    });
    await createStateTable(table, CHECKPOINT_TABLE);
    await createStateTable(table, COLLECTION_TABLE);
    table.destroy();

    const awsEnvironment = {
      AWS_REGION: LOCAL_REGION,
      AWS_DEFAULT_REGION: LOCAL_REGION,
      AWS_ACCESS_KEY_ID: DUMMY_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: DUMMY_CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
      AWS_ENDPOINT_URL_CLOUDTRAIL: lake.endpoint,
      AWS_ENDPOINT_URL_CLOUDTRAIL_DATA: lake.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
    };
    return { azureBlob, lake, sqs, s3, secretsManager, workloadIdentity, awsEnvironment, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Environment of the Lambdas, as the template sets it for this destination. */
export function lambdaEnvironment(
  cloud: LocalCloud,
  containers: readonly string[],
  destination: DestinationConfiguration['DESTINATION'] = 'CloudTrailLake',
): Record<string, string> {
  return {
    ...cloud.awsEnvironment,
    CHECKPOINT_TABLE_NAME: CHECKPOINT_TABLE,
    AZURE_STORAGE_CONTAINER_NAME: containers.join(','),
    AZURE_STORAGE_CONNECTION_STRING_SECRET: CONNECTION_STRING_SECRET,
    ...(cloud.workloadIdentity === undefined
      ? {}
      : { ...cloud.workloadIdentity.environment, AZURE_STORAGE_ACCOUNT_URLS: cloud.azureBlob.endpoint }),
    RANGE_QUEUE_URL: cloud.sqs.queueUrl(RANGE_QUEUE),
    RANGE_DEAD_LETTER_QUEUE_URL: cloud.sqs.queueUrl(RANGE_DEAD_LETTER_QUEUE),
    BACKFILL_QUEUE_URL: cloud.sqs.queueUrl(BACKFILL_QUEUE),
    BACKFILL_QUEUE_ARN: cloud.sqs.queueArn(BACKFILL_QUEUE),
    HORIZON_HOURS: '48',
    FAILURE_QUEUE_URL: cloud.sqs.queueUrl(FAILURE_QUEUE),
    RECIPIENT_ACCOUNT_ID: cloud.lake.channelArn.split(':')[4] ?? '',
    DESTINATION: destination,
    CLOUDTRAIL_CHANNEL_ARN: destination === 'S3' ? '' : cloud.lake.channelArn,
    EVENT_BUCKET_NAME: destination === 'CloudTrailLake' ? '' : EVENT_BUCKET,
    // Two instances share what the account may send.
    PUT_AUDIT_EVENTS_RATE: '45',
    BACKFILL_PUT_AUDIT_EVENTS_RATE: '45',
    POWERTOOLS_METRICS_NAMESPACE: 'Crosstrail/local',
    NODE_OPTIONS: '--enable-source-maps',
  };
}
