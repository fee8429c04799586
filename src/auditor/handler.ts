import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { AWS_PATIENCE, clientOptions, RAW_BUCKET_PATIENCE } from '#shared/aws/client-options.ts';
import type { ContainerAudit } from '#shared/audit/audit-container.ts';
import { queueDepth } from '#shared/aws/queue-depth.ts';
import { storageAccounts } from '#shared/azure/connect-accounts.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { DynamoWatermarkStore } from '#shared/checkpoints/watermark-store.ts';
import { DynamoCollectionStateStore } from '#shared/collection/collection-state-store.ts';
import { S3LogObjectListing } from '#shared/collection/s3-log-object-listing.ts';
import { azureProblems } from '#shared/configuration/azure-settings.ts';
import { nothingToAudit } from '#shared/configuration/collected-settings.ts';
import { readConfiguration, refuseProblems } from '#shared/configuration/read-configuration.ts';
import { AUDITOR_SETTINGS } from '#shared/configuration/settings.ts';
import { toInvocationError } from '#shared/errors/describe-error.ts';
import { createLambdaTelemetry } from '#shared/telemetry/lambda-telemetry.ts';
import { auditDeployment } from './audit-deployment.ts';

function wire() {
  const settings = readConfiguration(AUDITOR_SETTINGS, process.env);
  refuseProblems([...azureProblems(settings), ...nothingToAudit(settings)]);
  const table = new DynamoDBClient(clientOptions(AWS_PATIENCE));
  const queues = new SQSClient(clientOptions(AWS_PATIENCE));
  return {
    settings,
    telemetry: createLambdaTelemetry(),
    accounts: storageAccounts(settings),
    collected: new S3LogObjectListing(
      new S3Client(clientOptions(RAW_BUCKET_PATIENCE)),
      settings.RAW_BUCKET_NAME,
    ),
    states: new DynamoCollectionStateStore(table, settings.COLLECTION_TABLE_NAME),
    checkpoints: new DynamoCheckpointStore(table, settings.CHECKPOINT_TABLE_NAME),
    watermarks: new DynamoWatermarkStore(table, settings.CHECKPOINT_TABLE_NAME),
    historyEnqueued: async () => (await queueDepth(queues, settings.BACKFILL_QUEUE_URL)) > 0,
  };
}

let wired: ReturnType<typeof wire> | undefined;

/**
 * The Auditor: on its schedule, compares what Azure lists of the last days, and what the collectors wrote and read, with
 * the checkpoints. It changes nothing. Throws when a part could not be audited, so that the invocation fails and its
 * alarm rings; findings do not fail it, they have an alarm of their own.
 */
export async function handler(
  _event: unknown,
  context: Context,
): Promise<{ containers: readonly ContainerAudit[] }> {
  try {
    wired ??= wire();
  } catch (error) {
    throw toInvocationError(error);
  }
  const { settings, telemetry, ...ports } = wired;
  telemetry.startInvocation(context.awsRequestId);

  const { containers, failures } = await auditDeployment(settings, {
    ...ports,
    telemetry,
    now: Date.now,
    remainingMs: () => context.getRemainingTimeInMillis(),
  });
  telemetry.flush();
  if (failures.length > 0) throw toInvocationError(failures[0]);
  return { containers };
}
