import { openEventTables, type DestinationName } from '#local/event-tables.ts';
import { startLocalCloud } from '#local/local-cloud.ts';
import { SAMPLE_CONTAINERS } from '#local/sample-log-objects.ts';
import { askDifference, askQuestions, renderAnswers, renderDifference } from './answers.ts';
import { EXIT } from './main.ts';
import { runSamples, type SampleRun } from './run-samples.ts';
import { createSteps } from './steps.ts';
import { renderTable } from './table.ts';

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function renderRuns({ runs, account }: SampleRun): string {
  const rows = runs.map(({ containers, ranges, unsettled, invocations }, index) => [
    index === 0 ? 'first run' : 'second run',
    total(containers.map(({ logObjectsListed }) => logObjectsListed)),
    total(containers.map(({ rangesEnqueued }) => rangesEnqueued)),
    total(containers.map(({ bytesEnqueued }) => bytesEnqueued)),
    ranges - unsettled,
    invocations,
  ]);
  const containers = account.containers.map(({ container, logObjects, records, delivered, rejected }) => [
    container,
    logObjects,
    records,
    delivered,
    rejected,
  ]);
  const sums = [1, 2, 3, 4].map((column) => total(containers.map((row) => Number(row[column]))));
  return [
    renderTable(
      ['run', 'log objects listed', 'ranges enqueued', 'bytes', 'ranges settled', 'invocations'],
      rows,
    ),
    '',
    renderTable(
      ['container', 'log objects', 'records read', 'delivered', 'rejected'],
      [...containers, ['all', ...sums]],
    ),
  ].join('\n');
}

function deliveredRecords({ account }: SampleRun): number {
  return total(account.containers.map(({ delivered }) => delivered));
}

function renderRejects({ account }: SampleRun): string {
  return account.rejects
    .map(({ reason, records }) => `${records} records are in the failure queue: ${reason}`)
    .join('\n');
}

const NEXT = `How to go on
  npx crosstrail map YOUR-PT1H.json     what your own log file would become, offline
  npx crosstrail local                  keep this cloud running, for the AWS CLI or an SDK
  sam build && sam deploy --guided      into your AWS account (README: Deploy)`;

/** Whether every record is accounted for, and every range was settled. */
function isAccounted({ account, runs }: SampleRun): boolean {
  return (
    account.discrepancies.length === 0 && runs.every(({ drained, unsettled }) => drained && unsettled === 0)
  );
}

function renderVerdict(run: SampleRun, startedAt: number): string {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  return isAccounted(run)
    ? `Every record is accounted for: delivered + rejected = read, nothing twice. ${seconds} s.`
    : `NOT every record is accounted for:\n  ${run.account.discrepancies.join('\n  ') || 'ranges are left in the queue'}`;
}

/**
 * The main job on the laptop, from real log objects to SQL. Exit code 0 only when every record is accounted for, and,
 * when Lake and S3 both take the events, when they hold the same.
 */
export async function runDemo(options: { json?: boolean; destination: DestinationName }): Promise<number> {
  const startedAt = performance.now();
  const steps = createSteps();
  const { destination } = options;
  const cloud = await steps.step('Starting the local cloud', () => startLocalCloud());
  const { tables, close } = await openEventTables(cloud, destination, SAMPLE_CONTAINERS);
  try {
    const run = await runSamples(cloud, steps, destination);
    const answers = await askQuestions(tables);
    const athena = destination === 'Both' ? tables.find(({ place }) => place === 'S3') : undefined;
    const difference =
      athena === undefined ? undefined : await askDifference(athena, cloud.lake.eventDataStoreId);
    const accounted = isAccounted(run) && (difference?.rows.length ?? 0) === 0;
    if (options.json === true) {
      const figures = { ...run, answers: answers.flat(), difference, accounted };
      process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
      return accounted ? EXIT.ok : EXIT.unaccounted;
    }

    const parts = [
      renderRuns(run),
      renderRejects(run),
      renderVerdict(run, startedAt),
      ...answers.map(renderAnswers),
      ...(difference === undefined ? [] : [renderDifference(difference, deliveredRecords(run))]),
      NEXT,
    ];
    process.stdout.write(`\n${parts.join('\n\n')}\n`);
    return accounted ? EXIT.ok : EXIT.unaccounted;
  } finally {
    await close();
    await cloud.close();
  }
}
