import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AWS_PATIENCE, clientOptions } from '#shared/aws/client-options.ts';
import { auditContainer } from '#shared/audit/audit-container.ts';
import { dayStart } from '#shared/audit/circumstances.ts';
import { queueDepth } from '#shared/aws/queue-depth.ts';
import { QueueSender } from '#shared/aws/queue-sender.ts';
import { storageAccounts } from '#shared/azure/connect-accounts.ts';
import { discoverDays } from '#shared/azure/discover-days.ts';
import type { LogObjectListing } from '#shared/azure/log-object-listing.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { scanCheckpoints } from '#shared/checkpoints/scan-checkpoints.ts';
import { DynamoWatermarkStore } from '#shared/checkpoints/watermark-store.ts';
import { azureProblems } from '#shared/configuration/azure-settings.ts';
import { collectedLogTypes, nothingToAudit } from '#shared/configuration/collected-settings.ts';
import { readConfiguration, refuseProblems } from '#shared/configuration/read-configuration.ts';
import { AUDITOR_SETTINGS, PROCESSOR_SETTINGS, SHARED_SETTINGS } from '#shared/configuration/settings.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { auditCollectors } from './audit-collectors.ts';
import { findingsOf, jsonOf, textOf, type AuditedContainer, type AuditReport } from './audit-report.ts';
import { AuditRows, type Grouping } from './audit-rows.ts';
import { chosenEntries } from './chosen-entries.ts';
import { deploymentSettings } from './deployment.ts';
import { EXIT } from './main.ts';
import { createSteps } from './steps.ts';
import { workAtPlaces } from './work-at-places.ts';

export interface AuditOptions {
  /** Epoch ms; seven days before today when left out. */
  readonly from?: number;
  /** Epoch ms, excluded; now when left out. */
  readonly to?: number;
  readonly container?: string;
  readonly stack?: string;
  readonly by: Grouping;
  readonly repair?: boolean;
  readonly json?: boolean;
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 7;

const { AUDIT_DAYS: _scheduled, ...COMPARISON_SETTINGS } = AUDITOR_SETTINGS;
const SETTINGS = {
  ...COMPARISON_SETTINGS,
  // Where a repair goes; asked for always, so that a wrong set-up shows before anything is missing.
  RANGE_QUEUE_URL: SHARED_SETTINGS.RANGE_QUEUE_URL,
  CHECKPOINT_RETENTION_DAYS: PROCESSOR_SETTINGS.CHECKPOINT_RETENTION_DAYS,
};

function refuseSpan(from: number, to: number, retentionDays: number, now: number): void {
  if (from >= to) throw new CrosstrailError('AUDIT_SPAN_INVALID', '--from is not before --to');
  const kept = dayStart(now - retentionDays * DAY_MS) + DAY_MS;
  if (from >= kept) return;
  const since = new Date(kept).toISOString().slice(0, 10);
  // Log objects whose checkpoints have expired would all look as if they were never read.
  const what = `--from is before ${since}, since when checkpoints are kept (${retentionDays} days)`;
  throw new CrosstrailError('AUDIT_SPAN_INVALID', what);
}

/**
 * Compares what Azure lists with the checkpoints and prints the account, what is missing, and the verdict. Gives exit
 * code 0 when it adds up, 1 when not, and 2 when a container could not be audited while others were. Throws
 * CONFIGURATION_INVALID, STACK_NOT_READABLE, AUDIT_SPAN_INVALID, CONTAINER_UNKNOWN and, when nothing could be audited,
 * what listing, the table and the queues throw.
 */
export async function runAudit(options: AuditOptions): Promise<number> {
  const now = Date.now();
  const { from = dayStart(now) - DEFAULT_DAYS * DAY_MS, to = now, by, repair = false } = options;
  const settings = readConfiguration(SETTINGS, await deploymentSettings(options.stack, process.env));
  refuseProblems([...azureProblems(settings), ...nothingToAudit(settings)]);
  refuseSpan(from, to, settings.CHECKPOINT_RETENTION_DAYS, now);
  const logTypes = collectedLogTypes(settings).filter(
    (logType) => options.container === undefined || options.container === logType,
  );
  const isLogTypeOnly = options.container !== undefined && logTypes.length > 0;
  const entries = isLogTypeOnly
    ? []
    : chosenEntries(options.container, settings.AZURE_STORAGE_CONTAINER_NAME);

  const table = new DynamoDBClient(clientOptions(AWS_PATIENCE));
  const queues = new SQSClient(clientOptions(AWS_PATIENCE));
  const watermarks = new DynamoWatermarkStore(table, settings.CHECKPOINT_TABLE_NAME);
  const ports = {
    watermarks,
    checkpoints: new DynamoCheckpointStore(table, settings.CHECKPOINT_TABLE_NAME),
    historyEnqueued: async () => (await queueDepth(queues, settings.BACKFILL_QUEUE_URL)) > 0,
    everyCheckpoint: () => scanCheckpoints(table, settings.CHECKPOINT_TABLE_NAME),
    now: Date.now,
    remainingMs: () => Number.POSITIVE_INFINITY,
    ...(repair ? { repairs: new QueueSender(queues, settings.RANGE_QUEUE_URL) } : {}),
  };
  const steps = createSteps();
  const auditPlace = async (listing: LogObjectListing, container: string): Promise<AuditedContainer> => {
    const where = `${listing.account}/${container}`;
    const days = await steps.step(`Finding the scopes of ${where}`, () =>
      countDays(listing, container, from, to),
    );
    const plan = {
      container,
      from,
      to,
      horizonHours: settings.HORIZON_HOURS,
      graceMs: settings.UNSETTLED_GRACE_SECONDS * 1000,
    };
    return await steps.counted(`Comparing ${where}`, days, async (done) => {
      const notes = new AuditRows(by, done);
      const audit = await auditContainer(plan, { ...ports, listing }, notes);
      return { ...audit, rows: notes.rows, found: notes.findings };
    });
  };
  const { results, exitCode } = isLogTypeOnly
    ? { results: [], exitCode: EXIT.ok }
    : await workAtPlaces({
        accounts: storageAccounts(settings),
        entries,
        wasRead: async (account, container) => (await watermarks.read(account, container)).version > 0,
        work: auditPlace,
      });
  const collected = await auditCollectors(
    logTypes,
    settings,
    { from, to, by, graceMs: settings.UNSETTLED_GRACE_SECONDS * 1000 },
    { ...ports, table, steps },
  );
  const containers = [...results, ...collected];
  for (const client of [table, queues]) client.destroy();

  const report: AuditReport = { from, to, by, repair, containers };
  const text = options.json === true ? JSON.stringify(jsonOf(report), null, 2) : `\n${textOf(report)}`;
  process.stdout.write(`${text}\n`);
  if (exitCode !== EXIT.ok) return exitCode;
  return findingsOf(report).length === 0 ? EXIT.ok : EXIT.unaccounted;
}

async function countDays(
  listing: LogObjectListing,
  container: string,
  from: number,
  to: number,
): Promise<number> {
  const notes = { scopeFound: () => undefined, unrecognised: () => undefined };
  let days = 0;
  const span = { since: dayStart(from), until: to - 1, position: '' };
  const found = discoverDays(listing, container, span, notes);
  while ((await found.next()).done !== true) days += 1;
  return days;
}
