import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import type { ContainerAudit } from '#shared/audit/audit-container.ts';
import { queueDepth } from '#shared/aws/queue-depth.ts';
import { secretConnectionString } from '#shared/azure/connection-string.ts';
import { AzureLogObjectListing } from '#shared/azure/log-object-listing.ts';
import { StorageAccount } from '#shared/azure/storage-account.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { DynamoWatermarkStore } from '#shared/checkpoints/watermark-store.ts';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { AUDITOR_SETTINGS } from '#shared/configuration/settings.ts';
import { describeError, toInvocationError } from '#shared/errors/describe-error.ts';
import { createLambdaTelemetry } from '#shared/telemetry/lambda-telemetry.ts';
import { auditRecentDays } from './audit-recent-days.ts';

function wire() {
  const settings = readConfiguration(AUDITOR_SETTINGS, process.env);
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
    historyEnqueued: async () => (await queueDepth(queues, settings.BACKFILL_QUEUE_URL)) > 0,
  };
}

let wired: ReturnType<typeof wire> | undefined;

/**
 * The Auditor: on its schedule, compares what Azure lists of the last days with the checkpoints. It changes nothing.
 * Throws when a container could not be audited, so that the invocation fails and its alarm rings; findings do not fail
 * it, they have an alarm of their own.
 */
export async function handler(_event: unknown, context: Context): Promise<{ containers: ContainerAudit[] }> {
  try {
    wired ??= wire();
  } catch (error) {
    throw toInvocationError(error);
  }
  const { settings, telemetry, ...ports } = wired;
  telemetry.startInvocation(context.awsRequestId);

  const containers: ContainerAudit[] = [];
  const failures: unknown[] = [];
  for (const container of settings.AZURE_STORAGE_CONTAINER_NAME) {
    const plan = {
      container,
      days: settings.AUDIT_DAYS,
      horizonHours: settings.HORIZON_HOURS,
      graceMs: settings.UNSETTLED_GRACE_SECONDS * 1000,
    };
    try {
      const remainingMs = (): number => context.getRemainingTimeInMillis();
      containers.push(await auditRecentDays(plan, { ...ports, telemetry, now: Date.now, remainingMs }));
    } catch (error) {
      telemetry.emit('audit.failed', { container, error: describeError(error), failures: 1 });
      failures.push(error);
    }
  }
  telemetry.flush();
  if (failures.length > 0) throw toInvocationError(failures[0]);
  return { containers };
}
