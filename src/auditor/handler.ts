import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import type { ContainerAudit } from '#shared/audit/audit-container.ts';
import { queueDepth } from '#shared/aws/queue-depth.ts';
import { atEachPlace } from '#shared/azure/at-each-place.ts';
import { storageAccounts } from '#shared/azure/connect-accounts.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { DynamoWatermarkStore } from '#shared/checkpoints/watermark-store.ts';
import { azureProblems } from '#shared/configuration/azure-settings.ts';
import { readConfiguration, refuseProblems } from '#shared/configuration/read-configuration.ts';
import { AUDITOR_SETTINGS } from '#shared/configuration/settings.ts';
import { describeError, toInvocationError } from '#shared/errors/describe-error.ts';
import { createLambdaTelemetry } from '#shared/telemetry/lambda-telemetry.ts';
import { auditRecentDays } from './audit-recent-days.ts';

function wire() {
  const settings = readConfiguration(AUDITOR_SETTINGS, process.env);
  refuseProblems(azureProblems(settings));
  const table = new DynamoDBClient(clientOptions(AWS_PATIENCE));
  const queues = new SQSClient(clientOptions(AWS_PATIENCE));
  return {
    settings,
    telemetry: createLambdaTelemetry(),
    accounts: storageAccounts(settings),
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
  const { settings, accounts, telemetry, ...ports } = wired;
  telemetry.startInvocation(context.awsRequestId);

  const containers: ContainerAudit[] = [];
  const failures: unknown[] = [];
  const plan = {
    days: settings.AUDIT_DAYS,
    horizonHours: settings.HORIZON_HOURS,
    graceMs: settings.UNSETTLED_GRACE_SECONDS * 1000,
  };
  const remainingMs = (): number => context.getRemainingTimeInMillis();
  const outcomes = atEachPlace({
    accounts,
    entries: settings.AZURE_STORAGE_CONTAINER_NAME,
    wasRead: async (account, container) => (await ports.watermarks.read(account, container)).version > 0,
    work: (listing, container) =>
      auditRecentDays({ ...plan, container }, { ...ports, listing, telemetry, now: Date.now, remainingMs }),
  });
  for await (const outcome of outcomes) {
    const { kind, account, container } = outcome;
    if (kind === 'done') containers.push(outcome.result);
    if (kind === 'absent') telemetry.emit('container.absent', { account, container });
    if (kind !== 'failed') continue;
    telemetry.emit('audit.failed', { account, container, error: describeError(outcome.error), failures: 1 });
    failures.push(outcome.error);
  }
  telemetry.flush();
  if (failures.length > 0) throw toInvocationError(failures[0]);
  return { containers };
}
