import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import { QueueSender } from '#shared/aws/queue-sender.ts';
import { atEachPlace } from '#shared/azure/at-each-place.ts';
import { storageAccounts } from '#shared/azure/connect-accounts.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { DynamoWatermarkStore } from '#shared/checkpoints/watermark-store.ts';
import { azureProblems } from '#shared/configuration/azure-settings.ts';
import { readConfiguration, refuseProblems } from '#shared/configuration/read-configuration.ts';
import { AGGREGATOR_SETTINGS } from '#shared/configuration/settings.ts';
import { describeError, toInvocationError } from '#shared/errors/describe-error.ts';
import { createLambdaTelemetry } from '#shared/telemetry/lambda-telemetry.ts';
import { aggregate, type AggregationResult } from './aggregate.ts';

function wire() {
  const settings = readConfiguration(AGGREGATOR_SETTINGS, process.env);
  refuseProblems(azureProblems(settings));
  const table = new DynamoDBClient(clientOptions(AWS_PATIENCE));
  const queues = new SQSClient(clientOptions(AWS_PATIENCE));
  return {
    settings,
    telemetry: createLambdaTelemetry(),
    accounts: storageAccounts(settings),
    checkpoints: new DynamoCheckpointStore(table, settings.CHECKPOINT_TABLE_NAME),
    watermarks: new DynamoWatermarkStore(table, settings.CHECKPOINT_TABLE_NAME),
    ranges: new QueueSender(queues, settings.RANGE_QUEUE_URL),
    backfillRanges: new QueueSender(queues, settings.BACKFILL_QUEUE_URL),
  };
}

let wired: ReturnType<typeof wire> | undefined;

/**
 * The Aggregator: on its schedule, enqueues a range for every log object that grew. Throws when a container failed, so
 * that the invocation fails and its alarm rings; the other containers and accounts are aggregated all the same.
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
  const { settings, accounts, telemetry, ...ports } = wired;
  telemetry.startInvocation(context.awsRequestId);

  const containers: AggregationResult[] = [];
  const failures: unknown[] = [];
  const outcomes = atEachPlace({
    accounts,
    entries: settings.AZURE_STORAGE_CONTAINER_NAME,
    wasRead: async (account, container) => (await ports.watermarks.read(account, container)).version > 0,
    work: (listing, container) =>
      aggregate(container, settings.HORIZON_HOURS, {
        ...ports,
        listing,
        telemetry,
        now: Date.now,
        remainingMs: () => context.getRemainingTimeInMillis(),
      }),
  });
  for await (const outcome of outcomes) {
    const { kind, account, container } = outcome;
    if (kind === 'done') containers.push(outcome.result);
    if (kind === 'absent') telemetry.emit('container.absent', { account, container });
    if (kind !== 'failed') continue;
    const error = describeError(outcome.error);
    telemetry.emit('aggregation.failed', { account, container, error, failures: 1 });
    failures.push(outcome.error);
  }
  telemetry.flush();
  if (failures.length > 0) throw toInvocationError(failures[0]);
  return { containers };
}
