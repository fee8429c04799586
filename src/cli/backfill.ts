import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import { QueueSender } from '#shared/aws/queue-sender.ts';
import { storageAccounts } from '#shared/azure/connect-accounts.ts';
import type { LogObjectListing } from '#shared/azure/log-object-listing.ts';
import { BackfillPosition } from '#shared/checkpoints/backfill-position.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { DynamoWatermarkStore } from '#shared/checkpoints/watermark-store.ts';
import { azureProblems } from '#shared/configuration/azure-settings.ts';
import {
  DESTINATION_SETTINGS,
  type DestinationConfiguration,
} from '#shared/configuration/destination-settings.ts';
import { readConfiguration, refuseProblems } from '#shared/configuration/read-configuration.ts';
import { AGGREGATOR_SETTINGS } from '#shared/configuration/settings.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { enqueueGrown, Tally, type EnqueueingPorts } from '#shared/ranges/enqueue-grown.ts';
import {
  BYTES_PER_RECORD,
  DOLLARS_PER_GB,
  estimateBackfill,
  EVENT_BYTES_PER_BYTE,
  HISTORY_BYTES_PER_SECOND,
  HISTORY_REQUESTS_PER_SECOND,
  type BackfillEstimate,
} from '#shared/ranges/estimate-backfill.ts';
import { chosenEntries } from './chosen-entries.ts';
import { deploymentSettings } from './deployment.ts';
import { createSteps } from './steps.ts';
import { renderTable } from './table.ts';
import { workAtPlaces } from './work-at-places.ts';

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
  readonly account: string;
  readonly container: string;
  readonly days: number;
  readonly logObjects: number;
  readonly bytes: number;
}

/** A plan, and where what it covers is listed. */
interface ListedPlan {
  readonly plan: ContainerPlan;
  readonly listing: LogObjectListing;
}

/** What is a listing whose ranges are counted and not sent. */
const NOWHERE = { send: async (): Promise<void> => undefined };
const SILENT = { emit: (): void => undefined };

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function renderEstimate(
  plans: readonly ContainerPlan[],
  estimate: BackfillEstimate,
  destination: DestinationConfiguration['DESTINATION'],
): string {
  const table = renderTable(
    ['container', 'days', 'log objects to read', 'bytes to read'],
    plans.map(({ account, container, days, logObjects, bytes }) => [
      `${account}/${container}`,
      days,
      logObjects,
      bytes,
    ]),
  );
  const { records, eventBytes, rowBytes, seconds, lakeDollars, s3Dollars } = estimate;
  const speed =
    destination === 'S3'
      ? `${HISTORY_BYTES_PER_SECOND / 1e6} MB a second`
      : `${HISTORY_REQUESTS_PER_SECOND} requests a second`;
  const prices = [
    `About $${lakeDollars.toFixed(2)} of CloudTrail Lake ingestion at $${DOLLARS_PER_GB} a GB, Azure's egress not counted.`,
    `About $${s3Dollars.toFixed(2)} of S3: writing ${(rowBytes / 1e6).toFixed(1)} MB of rows and a month of keeping them, Azure's egress not counted.`,
  ];
  const shown = destination === 'Both' ? prices : [destination === 'S3' ? prices[1] : prices[0]];
  return `${table}

About ${records.toLocaleString('en-US')} records (at ${BYTES_PER_RECORD} bytes each), ${(eventBytes / 1e6).toFixed(1)} MB of audit events (${EVENT_BYTES_PER_BYTE} times the bytes).
About ${duration(seconds)} at the ${speed} of the lane of history.
${shown.join('\n')}
`;
}

/**
 * Enqueues what was not read of the days from `from` to `to`, in the lane of history; with `dryRun` it only says what
 * that would take. An interrupted one goes on where it stopped when it is called with the same days. Throws
 * CONFIGURATION_INVALID, STACK_NOT_READABLE, DAYS_INVALID, CONTAINER_UNKNOWN and what enqueueing throws, and gives exit
 * code 2 when a container could not be listed while others were; when none could, it throws why.
 */
export async function runBackfill(options: BackfillOptions): Promise<number> {
  const { from: since, to: until, dryRun = false, json = false } = options;
  if (since > until) throw new CrosstrailError('DAYS_INVALID', '--from is after --to');
  const { RANGE_QUEUE_URL: _live, ...ofListing } = AGGREGATOR_SETTINGS;
  const needed = { ...ofListing, DESTINATION: DESTINATION_SETTINGS.DESTINATION };
  const settings = readConfiguration(needed, await deploymentSettings(options.stack, process.env));
  refuseProblems(azureProblems(settings));
  const entries = chosenEntries(options.container, settings.AZURE_STORAGE_CONTAINER_NAME);

  const table = new DynamoDBClient(clientOptions(AWS_PATIENCE));
  const queues = new SQSClient(clientOptions(AWS_PATIENCE));
  const watermarks = new DynamoWatermarkStore(table, settings.CHECKPOINT_TABLE_NAME);
  const ports: Omit<EnqueueingPorts, 'listing'> = {
    checkpoints: new DynamoCheckpointStore(table, settings.CHECKPOINT_TABLE_NAME),
    ranges: new QueueSender(queues, settings.BACKFILL_QUEUE_URL),
    telemetry: SILENT,
    now: Date.now,
  };
  const steps = createSteps();
  const walkOf = (account: string, container: string, position: string) => ({
    account,
    container,
    span: { since, until, position },
    horizonHours: settings.HORIZON_HOURS,
  });

  const { results, exitCode } = await workAtPlaces({
    accounts: storageAccounts(settings),
    entries,
    wasRead: async (account, container) => (await watermarks.read(account, container)).version > 0,
    work: async (listing, container): Promise<ListedPlan> => {
      const { account } = listing;
      const tally = new Tally();
      const nowhere = { ...ports, listing, ranges: NOWHERE };
      await steps.step(`Listing ${account}/${container}`, () =>
        enqueueGrown(walkOf(account, container, ''), nowhere, tally, async () => true),
      );
      const { days, rangesEnqueued: logObjects, bytesEnqueued: bytes } = tally;
      return { plan: { account, container, days, logObjects, bytes }, listing };
    },
  });
  const plans = results.map(({ plan }) => plan);
  const bytes = plans.reduce((sum, each) => sum + each.bytes, 0);
  const estimate = estimateBackfill(
    bytes,
    plans.reduce((sum, each) => sum + each.logObjects, 0),
    settings.DESTINATION,
  );
  if (!json) process.stdout.write(`\n${renderEstimate(plans, estimate, settings.DESTINATION)}\n`);

  let rangesEnqueued = 0;
  for (const { plan, listing } of dryRun ? [] : results) {
    const { account, container, days } = plan;
    const position = new BackfillPosition(table, settings.CHECKPOINT_TABLE_NAME, {
      account,
      container,
      since,
      until,
    });
    const tally = new Tally();
    await steps.counted(`Enqueueing ${account}/${container}`, days, async (done) => {
      let counted = 0;
      const show = (): void => {
        for (; counted < tally.days; counted += 1) done();
      };
      const walk = walkOf(account, container, await position.read());
      await enqueueGrown(walk, { ...ports, listing }, tally, async (reached) => {
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
  for (const client of [table, queues]) client.destroy();
  return exitCode;
}
