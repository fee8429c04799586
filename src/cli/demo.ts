import { startLocalCloud } from '#local/local-cloud.ts';
import { EXIT } from './main.ts';
import { readQuery } from './query-file.ts';
import { runSamples, type SampleRun } from './run-samples.ts';
import { createSteps } from './steps.ts';
import { renderTable } from './table.ts';

/** Rows of a query that are shown; the count of all stands below. */
const MAX_ROWS = 8;
/** The sample records are up to some years old. */
const LOOK_BACK_DAYS = 3650;

interface Answer {
  readonly question: string;
  readonly statement: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

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

function renderRejects({ account }: SampleRun): string {
  return account.rejects
    .map(({ reason, records }) => `${records} records are in the failure queue: ${reason}`)
    .join('\n');
}

function renderAnswer({ question, statement, columns, rows }: Answer): string {
  const more = rows.length > MAX_ROWS ? `\n${MAX_ROWS} of ${rows.length} rows` : '';
  return `${question}\n\n${statement}\n\n${renderTable(columns, rows.slice(0, MAX_ROWS))}${more}`;
}

const NEXT = `How to go on
  npx crosstrail map YOUR-PT1H.json     what your own log file would become, offline
  npx crosstrail local                  keep this cloud running, for the AWS CLI or an SDK
  sam build && sam deploy --guided      into your AWS account (README: Deploy)`;

/** The main job on the laptop, from real log objects to SQL. Exit code 0 only when every record is accounted for. */
export async function runDemo({ json = false }: { json?: boolean }): Promise<number> {
  const startedAt = performance.now();
  const steps = createSteps();
  const cloud = await steps.step('Starting the local cloud', () => startLocalCloud());
  try {
    const run = await runSamples(cloud, steps);
    const answers: Answer[] = [];
    for (const name of ['storage-accounts', 'principals']) {
      const query = await readQuery(name, cloud.lake.eventDataStoreId, { days: LOOK_BACK_DAYS });
      answers.push({ ...query, ...(await cloud.lake.query(query.statement)) });
    }
    const { discrepancies } = run.account;
    const accounted =
      discrepancies.length === 0 && run.runs.every(({ drained, unsettled }) => drained && unsettled === 0);
    if (json) {
      process.stdout.write(`${JSON.stringify({ ...run, answers, accounted }, null, 2)}\n`);
      return accounted ? EXIT.ok : EXIT.unaccounted;
    }

    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const verdict = accounted
      ? `Every record is accounted for: delivered + rejected = read, nothing twice. ${seconds} s.`
      : `NOT every record is accounted for:\n  ${discrepancies.join('\n  ') || 'ranges are left in the queue'}`;
    const parts = [renderRuns(run), renderRejects(run), verdict, ...answers.map(renderAnswer), NEXT];
    process.stdout.write(`\n${parts.join('\n\n')}\n`);
    return accounted ? EXIT.ok : EXIT.unaccounted;
  } finally {
    await cloud.close();
  }
}
