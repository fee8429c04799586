import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudTrailDataClient } from '#shared/aws/cloudtrail-data/index.ts';
import { QueueSender } from '#shared/aws/queue-sender.ts';
import { secretConnectionString } from '#shared/azure/connection-string.ts';
import { AzureLogObjectReader } from '#shared/azure/log-object-reader.ts';
import { StorageAccount } from '#shared/azure/storage-account.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { PROCESSOR_SETTINGS } from '#shared/configuration/settings.ts';
import { toInvocationError } from '#shared/errors/describe-error.ts';
import { createLambdaTelemetry } from '#shared/telemetry/lambda-telemetry.ts';
import { CloudTrailLake } from '#shared/destinations/cloudtrail-lake.ts';
import { RequestPace } from '#shared/destinations/request-pace.ts';
import { processBatch } from './process-batch.ts';

function wire() {
  const settings = readConfiguration(PROCESSOR_SETTINGS, process.env);
  const telemetry = createLambdaTelemetry();
  return {
    telemetry,
    reader: new AzureLogObjectReader(
      new StorageAccount(
        secretConnectionString(new SecretsManagerClient(), settings.AZURE_STORAGE_CONNECTION_STRING_SECRET),
      ),
    ),
    checkpoints: new DynamoCheckpointStore(
      new DynamoDBClient(),
      settings.CHECKPOINT_TABLE_NAME,
      settings.CHECKPOINT_RETENTION_DAYS,
    ),
    destination: new CloudTrailLake({
      client: new CloudTrailDataClient({ maxAttempts: 1 }),
      channelArn: settings.CLOUDTRAIL_CHANNEL_ARN,
      pace: new RequestPace(settings.PUT_AUDIT_EVENTS_RATE, Date.now, sleep),
      telemetry,
      sleep,
      random: Math.random,
    }),
    failures: new QueueSender(new SQSClient(), settings.FAILURE_QUEUE_URL),
    containers: settings.AZURE_STORAGE_CONTAINER_NAME,
    // The channel's owner: Lake takes events for no other account.
    recipientAccountId: settings.CLOUDTRAIL_CHANNEL_ARN.split(':')[4] ?? '',
    now: Date.now,
  };
}

let wired: ReturnType<typeof wire> | undefined;

/**
 * The Processor: settles the ranges of an SQS batch and answers which messages have to come again. Throws when nothing
 * could be tried (configuration, secret): then the whole batch comes again.
 */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  try {
    wired ??= wire();
    const { telemetry } = wired;
    telemetry.startInvocation(context.awsRequestId);
    const failed = await processBatch(event.Records, {
      ...wired,
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  } catch (error) {
    throw toInvocationError(error);
  } finally {
    wired?.telemetry.flush();
  }
}
