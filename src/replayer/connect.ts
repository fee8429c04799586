import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import { QueueSender } from '#shared/aws/queue-sender.ts';
import { QueueTaker, type TakingTimes } from '#shared/aws/queue-taker.ts';
import { readLogObjects } from '#shared/collection/read-log-objects.ts';
import { azureProblems } from '#shared/configuration/azure-settings.ts';
import { destinationProblems } from '#shared/configuration/destination-settings.ts';
import { filterProblems } from '#shared/configuration/filter-settings.ts';
import { refuseProblems, type ConfigurationOf } from '#shared/configuration/read-configuration.ts';
import type { REPLAYER_SETTINGS } from '#shared/configuration/settings.ts';
import { connectDestinations } from '#shared/destinations/connect-destinations.ts';
import { configuredRules } from '#shared/records/record-rules-source.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import { mapAgain } from './map-again.ts';
import type { ReplayPorts } from './replay.ts';

/** Longest time of one run, milliseconds: that of a Lambda, for the command line too. */
export const LONGEST_RUN_MS = 900_000;

/** Taken messages are hidden a little longer than a run may last; after its death they come again. */
const TIMES: TakingTimes = { hiddenSeconds: LONGEST_RUN_MS / 1000 + 60, waitSeconds: 1 };

/** Settings that a replay needs; the template gives the table's name to every function. */
export type ReplaySettings = Omit<ConfigurationOf<typeof REPLAYER_SETTINGS>, 'CHECKPOINT_TABLE_NAME'>;

/** Connects a replay to AWS and Azure, for the Lambda and the command line alike. Throws CONFIGURATION_INVALID. */
export function connect(settings: ReplaySettings, telemetry: Telemetry) {
  refuseProblems([...destinationProblems(settings), ...azureProblems(settings), ...filterProblems(settings)]);
  const { lakeAt, rows, recipientAccountId } = connectDestinations(settings, telemetry);
  const sqs = new SQSClient(clientOptions(AWS_PATIENCE));
  return {
    telemetry,
    failures: new QueueTaker(sqs, settings.FAILURE_QUEUE_URL, TIMES),
    failureSender: new QueueSender(sqs, settings.FAILURE_QUEUE_URL),
    deadRanges: new QueueTaker(sqs, settings.RANGE_DEAD_LETTER_QUEUE_URL, TIMES),
    rangeSender: new QueueSender(sqs, settings.RANGE_QUEUE_URL),
    ...readLogObjects(settings),
    destination: lakeAt(settings.PUT_AUDIT_EVENTS_RATE),
    rows,
    mapAgain,
    recipientAccountId,
    rulesSource: configuredRules(settings, new SecretsManagerClient(clientOptions(AWS_PATIENCE))),
  } satisfies Omit<ReplayPorts, 'remainingMs'>;
}
