import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import { QueueSender } from '#shared/aws/queue-sender.ts';
import { secretConnectionString } from '#shared/azure/connection-string.ts';
import { AzureLogObjectListing } from '#shared/azure/log-object-listing.ts';
import { StorageAccount } from '#shared/azure/storage-account.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { DynamoWatermarkStore } from '#shared/checkpoints/watermark-store.ts';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { AGGREGATOR_SETTINGS } from '#shared/configuration/settings.ts';
import { describeError, toInvocationError } from '#shared/errors/describe-error.ts';
import { createLambdaTelemetry } from '#shared/telemetry/lambda-telemetry.ts';
import { aggregate, type AggregationResult } from './aggregate.ts';

function wire() {
  const settings = readConfiguration(AGGREGATOR_SETTINGS, process.env);
  const table = new DynamoDBClient(clientOptions(AWS_PATIENCE));
  const queues = new SQSClient(clientOptions(AWS_PATIENCE));
  return {
    settings,
    telemetry: createLambdaTelemetry(),
    listing: new AzureLogObjectListing(
      new StorageAccount(
        secretConnectionString(
          new SecretsManagerClient(clientOptions(AWS_PATIENCE)),
          settings.AZURE_STORAGE_CONNECTION_STRING_SECRET,
        ),
      ),
    ),
    checkpoints: new DynamoCheckpointStore(table, settings.CHECKPOINT_TABLE_NAME),
    watermarks: new DynamoWatermarkStore(table, settings.CHECKPOINT_TABLE_NAME),
    ranges: new QueueSender(queues, settings.RANGE_QUEUE_URL),
    backfillRanges: new QueueSender(queues, settings.BACKFILL_QUEUE_URL),
  };
}

let wired: ReturnType<typeof wire> | undefined;

/**
 * The Aggregator: on its schedule, enqueues a range for every log object that grew. Throws when a container failed, so
 * that the invocation fails and its alarm rings; the other containers are aggregated all the same.
 */
export async function handler(
  _event: unknown,
  context: Context,
): Promise<{ containers: AggregationResult[] }> {
  try {
    wired ??= wire();
  } catch (error) {
    throw toInvocationError(error);
  }
  const { settings, telemetry, ...ports } = wired;
  telemetry.startInvocation(context.awsRequestId);

  const containers: AggregationResult[] = [];
  const failures: unknown[] = [];
  for (const container of settings.AZURE_STORAGE_CONTAINER_NAME) {
    try {
      containers.push(
        await aggregate(container, settings.HORIZON_HOURS, {
          ...ports,
          telemetry,
          now: Date.now,
          remainingMs: () => context.getRemainingTimeInMillis(),
        }),
      );
    } catch (error) {
      telemetry.emit('aggregation.failed', { container, error: describeError(error), failures: 1 });
      failures.push(error);
    }
  }
  telemetry.flush();
  if (failures.length > 0) throw toInvocationError(failures[0]);
  return { containers };
}
