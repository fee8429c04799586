import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import { MessageVisibility, queueUrlOf } from '#shared/aws/message-visibility.ts';
import { QueueSender } from '#shared/aws/queue-sender.ts';
import { readLogObjects } from '#shared/collection/read-log-objects.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { azureProblems } from '#shared/configuration/azure-settings.ts';
import { destinationProblems } from '#shared/configuration/destination-settings.ts';
import { filterProblems } from '#shared/configuration/filter-settings.ts';
import { readConfiguration, refuseProblems } from '#shared/configuration/read-configuration.ts';
import { PROCESSOR_SETTINGS } from '#shared/configuration/settings.ts';
import { toInvocationError } from '#shared/errors/describe-error.ts';
import { createLambdaTelemetry } from '#shared/telemetry/lambda-telemetry.ts';
import { connectDestinations } from '#shared/destinations/connect-destinations.ts';
import { configuredRules } from '#shared/records/record-rules-source.ts';
import { processBatch } from './process-batch.ts';
import { putBack, type ReceivedMessage } from './put-back.ts';

function wire() {
  const settings = readConfiguration(PROCESSOR_SETTINGS, process.env);
  refuseProblems([...destinationProblems(settings), ...azureProblems(settings), ...filterProblems(settings)]);
  const telemetry = createLambdaTelemetry();
  const sqs = new SQSClient(clientOptions(AWS_PATIENCE));
  const { lakeAt, rows, recipientAccountId } = connectDestinations(settings, telemetry);
  return {
    telemetry,
    ...readLogObjects(settings),
    checkpoints: new DynamoCheckpointStore(
      new DynamoDBClient(clientOptions(AWS_PATIENCE)),
      settings.CHECKPOINT_TABLE_NAME,
      settings.CHECKPOINT_RETENTION_DAYS,
    ),
    liveLake: lakeAt(settings.PUT_AUDIT_EVENTS_RATE),
    historyLake: lakeAt(settings.BACKFILL_PUT_AUDIT_EVENTS_RATE),
    rows,
    backfillQueueArn: settings.BACKFILL_QUEUE_ARN,
    failures: new QueueSender(sqs, settings.FAILURE_QUEUE_URL),
    visibilityIn: (queueArn: string) =>
      new MessageVisibility(sqs, queueUrlOf(queueArn, settings.RANGE_QUEUE_URL)),
    recipientAccountId,
    rulesSource: configuredRules(settings, new SecretsManagerClient(clientOptions(AWS_PATIENCE))),
    now: Date.now,
  };
}

let wired: ReturnType<typeof wire> | undefined;

function toReceivedMessage({ messageId, body, receiptHandle, attributes }: SQSRecord): ReceivedMessage {
  return { messageId, body, receiptHandle, receiveCount: Number(attributes.ApproximateReceiveCount) };
}

/**
 * The Processor: settles the ranges of an SQS batch, answers which messages have to come again, and says when. Throws
 * when nothing could be tried (configuration, secret): then the whole batch comes again.
 */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  try {
    wired ??= wire();
    const { telemetry, liveLake, historyLake, backfillQueueArn, visibilityIn } = wired;
    telemetry.startInvocation(context.awsRequestId);
    // A batch comes from one queue, and an instance works on one batch: so its rate is that of the batch's lane.
    const queueArn = event.Records[0]?.eventSourceARN ?? '';
    const isHistory = queueArn === backfillQueueArn;
    const messages = event.Records.map(toReceivedMessage);
    const putBackPorts = { telemetry, visibility: visibilityIn(queueArn) };
    try {
      const failed = await processBatch(messages, {
        ...wired,
        destination: isHistory ? historyLake : liveLake,
        rules: await wired.rulesSource.read(),
        remainingMs: () => context.getRemainingTimeInMillis(),
      });
      await putBack(failed, putBackPorts);
      return { batchItemFailures: failed.map(({ message }) => ({ itemIdentifier: message.messageId })) };
    } catch (error) {
      await putBack(
        messages.map((message) => ({ message, error })),
        putBackPorts,
      );
      throw error;
    }
  } catch (error) {
    throw toInvocationError(error);
  } finally {
    wired?.telemetry.flush();
  }
}
