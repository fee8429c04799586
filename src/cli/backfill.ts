import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import { QueueSender } from '#shared/aws/queue-sender.ts';
import { secretConnectionString } from '#shared/azure/connection-string.ts';
import { AzureLogObjectListing } from '#shared/azure/log-object-listing.ts';
import { StorageAccount } from '#shared/azure/storage-account.ts';
import { BackfillPosition } from '#shared/checkpoints/backfill-position.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { AGGREGATOR_SETTINGS } from '#shared/configuration/settings.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { enqueueGrown, Tally, type EnqueueingPorts } from '#shared/ranges/enqueue-grown.ts';
import {
  BYTES_PER_RECORD,
  DOLLARS_PER_GB,
  estimateBackfill,
  EVENT_BYTES_PER_BYTE,
  HISTORY_REQUESTS_PER_SECOND,
  type BackfillEstimate,
} from '#shared/ranges/estimate-backfill.ts';
import { deploymentSettings } from './deployment.ts';
import { EXIT } from './main.ts';
import { createSteps } from './steps.ts';
import { renderTable } from './table.ts';

export interface BackfillOptions {
  /** Epoch ms. */
  readonly from: number;
  /** Epoch ms; the whole of its day is included. */
  readonly to: number;
  readonly container?: string;
  readonly stack?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

interface ContainerPlan {
  readonly container: string;
  readonly days: number;
  readonly logObjects: number;
  readonly bytes: number;
}

/** What is a listing whose ranges are counted and not sent. */
const NOWHERE = { send: async (): Promise<void> => undefined };
const SILENT = { emit: (): void => undefined };

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function renderEstimate(plans: readonly ContainerPlan[], estimate: BackfillEstimate): string {
  const table = renderTable(
    ['container', 'days', 'log objects to read', 'bytes to read'],
    plans.map(({ container, days, logObjects, bytes }) => [container, days, logObjects, bytes]),
  );
  const { records, eventBytes, seconds, dollars } = estimate;
  return `${table}

About ${records.toLocaleString('en-US')} records (at ${BYTES_PER_RECORD} bytes each), ${(eventBytes / 1e6).toFixed(1)} MB of audit events (${EVENT_BYTES_PER_BYTE} times the bytes).
About ${duration(seconds)} at the ${HISTORY_REQUESTS_PER_SECOND} requests a second of the lane of history.
About $${dollars.toFixed(2)} of CloudTrail Lake ingestion at $${DOLLARS_PER_GB} a GB, Azure's egress not counted.
`;
}

/**
 * Enqueues what was not read of the days from `from` to `to`, in the lane of history; with `dryRun` it only says what
 * that would take. An interrupted one goes on where it stopped when it is called with the same days. Throws
 * CONFIGURATION_INVALID, STACK_NOT_READABLE, DAYS_INVALID and what listing and enqueueing throw.
 */
export async function runBackfill(options: BackfillOptions): Promise<number> {
  const { from: since, to: until, dryRun = false, json = false } = options;
  if (since > until) throw new CrosstrailError('DAYS_INVALID', '--from is after --to');
  const { RANGE_QUEUE_URL: _live, ...needed } = AGGREGATOR_SETTINGS;
  const settings = readConfiguration(needed, await deploymentSettings(options.stack, process.env));
  const containers = settings.AZURE_STORAGE_CONTAINER_NAME;
  if (options.container !== undefined && !containers.includes(options.container)) {
    const configured = containers.join(', ');
    throw new CrosstrailError(
      'CONTAINER_UNKNOWN',
      `--container ${options.container} is none of ${configured}`,
    );
  }

  const [table, queues, secrets] = [
    new DynamoDBClient(clientOptions(AWS_PATIENCE)),
    new SQSClient(clientOptions(AWS_PATIENCE)),
    new SecretsManagerClient(clientOptions(AWS_PATIENCE)),
  ];
  const secret = secretConnectionString(secrets, settings.AZURE_STORAGE_CONNECTION_STRING_SECRET);
  const listing = new AzureLogObjectListing(new StorageAccount(secret));
  const account = await listing.account();
  const ports: EnqueueingPorts = {
    listing,
    checkpoints: new DynamoCheckpointStore(table, settings.CHECKPOINT_TABLE_NAME),
    ranges: new QueueSender(queues, settings.BACKFILL_QUEUE_URL),
    telemetry: SILENT,
    now: Date.now,
  };
  const steps = createSteps();
  const plan = (container: string, position: string) => ({
    account,
    container,
    span: { since, until, position },
    horizonHours: settings.HORIZON_HOURS,
  });

  const plans: ContainerPlan[] = [];
  for (const container of options.container === undefined ? containers : [options.container]) {
    const tally = new Tally();
    await steps.step(`Listing ${container}`, () =>
      enqueueGrown(plan(container, ''), { ...ports, ranges: NOWHERE }, tally, async () => true),
    );
    plans.push({ container, days: tally.days, logObjects: tally.rangesEnqueued, bytes: tally.bytesEnqueued });
  }
  const bytes = plans.reduce((sum, each) => sum + each.bytes, 0);
  const estimate = estimateBackfill(
    bytes,
    plans.reduce((sum, each) => sum + each.logObjects, 0),
  );
  if (!json) process.stdout.write(`\n${renderEstimate(plans, estimate)}\n`);

  let rangesEnqueued = 0;
  for (const { container, days } of dryRun ? [] : plans) {
    const position = new BackfillPosition(table, settings.CHECKPOINT_TABLE_NAME, {
      account,
      container,
      since,
      until,
    });
    const tally = new Tally();
    await steps.counted(`Enqueueing ${container}`, days, async (done) => {
      let counted = 0;
      const show = (): void => {
        for (; counted < tally.days; counted += 1) done();
      };
      await enqueueGrown(plan(container, await position.read()), ports, tally, async (reached) => {
        await position.save(reached);
        show();
        return true;
      });
      show();
    });
    await position.clear();
    rangesEnqueued += tally.rangesEnqueued;
  }

  if (json) {
    process.stdout.write(`${JSON.stringify({ dryRun, containers: plans, estimate, rangesEnqueued })}\n`);
  } else if (dryRun) {
    process.stdout.write('Nothing was enqueued (--dry-run).\n');
  } else {
    process.stdout.write(
      `${rangesEnqueued} ranges are in the lane of history. "crosstrail audit" tells when they are settled.\n`,
    );
  }
  for (const client of [table, queues, secrets]) client.destroy();
  return EXIT.ok;
}
