import { accountForRecords, type RecordAccount } from '#local/account-for-records.ts';
import { openEventTables, type DestinationName } from '#local/event-tables.ts';
import { startLocalCloud } from '#local/local-cloud.ts';
import type { PipelineRun } from '#local/local-deployment.ts';
import { collectedObjects } from '#local/collected-objects.ts';
import { SAMPLE_PERSON } from '#local/sample-collected-records.ts';
import { SAMPLE_CONTAINERS } from '#local/sample-log-objects.ts';
import { askDifference, askQuestions, renderAnswers, renderDifference, type Answer } from './answers.ts';
import { EXIT } from './main.ts';
import { localRules } from './local-rules.ts';
import { readRuleOptions, type RuleOptions } from './rule-options.ts';
import { COLLECTED, renderCollected, startFilledMicrosoft } from './run-collectors.ts';
import { runSamples } from './run-samples.ts';
import { createSteps } from './steps.ts';
import { renderTable } from './table.ts';

/** What running the sample records through the pipeline showed. */
interface Outcome {
  readonly runs: readonly PipelineRun[];
  readonly account: RecordAccount;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function renderRuns({ runs, account }: Outcome): string {
  const rows = runs.map(({ containers, ranges, unsettled, invocations }, index) => [
    index === 0 ? 'first run' : 'second run',
    total(containers.map(({ logObjectsListed }) => logObjectsListed)),
    total(containers.map(({ rangesEnqueued }) => rangesEnqueued)),
    total(containers.map(({ bytesEnqueued }) => bytesEnqueued)),
    ranges - unsettled,
    invocations,
  ]);
  const isFiltered = excludedRecords(account) > 0;
  const containers = account.containers.map(
    ({ container, logObjects, records, delivered, rejected, excluded }) => [
      container,
      logObjects,
      records,
      delivered,
      rejected,
      ...(isFiltered ? [excluded] : []),
    ],
  );
  const titles = [
    'log objects',
    'records read',
    'delivered',
    'rejected',
    ...(isFiltered ? ['excluded'] : []),
  ];
  const sums = titles.map((_, index) => total(containers.map((row) => Number(row[index + 1]))));
  return [
    renderTable(
      ['run', 'log objects listed', 'ranges enqueued', 'bytes', 'ranges settled', 'invocations'],
      rows,
    ),
    '',
    renderTable(['container', ...titles], [...containers, ['all', ...sums]]),
  ].join('\n');
}

function excludedRecords({ containers }: RecordAccount): number {
  return total(containers.map(({ excluded }) => excluded));
}

function deliveredRecords({ account }: Outcome): number {
  return total(account.containers.map(({ delivered }) => delivered));
}

function renderRejects({ account }: Outcome): string {
  return account.rejects
    .map(({ reason, records }) => `${records} records are in the failure queue: ${reason}`)
    .join('\n');
}

const NEXT = `How to go on
  npx crosstrail map YOUR-PT1H.json     what your own log file would become, offline
  npx crosstrail local                  keep this cloud running, for the AWS CLI or an SDK
  sam build && sam deploy --guided      into your AWS account (README: Deploy)`;

/** Whether every record is accounted for, and every range was settled. */
function isAccounted({ account, runs }: Outcome): boolean {
  return (
    account.discrepancies.length === 0 && runs.every(({ drained, unsettled }) => drained && unsettled === 0)
  );
}

function renderVerdict(outcome: Outcome, startedAt: number): string {
  const excluded = excludedRecords(outcome.account) > 0 ? ' + excluded' : '';
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  return isAccounted(outcome)
    ? `Every record is accounted for: delivered + rejected${excluded} = read, nothing twice. ${seconds} s.`
    : `NOT every record is accounted for:\n  ${outcome.account.discrepancies.join('\n  ') || 'ranges are left in the queue'}`;
}

/** What `crosstrail demo` may be told. */
export interface DemoOptions extends RuleOptions {
  readonly json?: boolean;
  readonly destination: DestinationName;
  /** `all`: Microsoft Graph and Office 365 too. */
  readonly sources: 'azure' | 'all';
}

/**
 * The main job on the laptop, from real log objects to SQL. Exit code 0 only when every record is accounted for, and,
 * when Lake and S3 both take the events, when they hold the same. Throws RULES_INVALID.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  // Wrong rules are refused before anything starts.
  readRuleOptions(options);
  const startedAt = performance.now();
  const steps = createSteps();
  const cloud = await steps.step('Starting the local cloud', () => startLocalCloud());
  try {
    const microsoft =
      options.sources === 'all'
        ? await steps.step('Starting Microsoft Graph, Office 365, Entra ID and STS', startFilledMicrosoft)
        : undefined;
    const containers = microsoft === undefined ? SAMPLE_CONTAINERS : [...SAMPLE_CONTAINERS, ...COLLECTED];
    const { tables, close } = await openEventTables(cloud, options.destination, containers);
    try {
      const extras = {
        environment: localRules(cloud, options),
        ...(microsoft === undefined ? {} : { microsoft }),
      };
      const { runs, uploaded } = await runSamples(cloud, steps, options.destination, extras);
      const read = microsoft === undefined ? uploaded : [...uploaded, ...(await collectedObjects(cloud))];
      const outcome = { runs, account: await accountForRecords(cloud, read, tables) };
      const answers = await askQuestions(tables, microsoft === undefined ? undefined : SAMPLE_PERSON);
      const athena = options.destination === 'Both' ? tables.find(({ place }) => place === 'S3') : undefined;
      const difference = athena && (await askDifference(athena, cloud.lake.eventDataStoreId));
      const shown = { ...outcome, answers, difference, startedAt };
      process.stdout.write(options.json === true ? asJson(shown) : asText(shown));
      return isRight(shown) ? EXIT.ok : EXIT.unaccounted;
    } finally {
      await close();
      await microsoft?.close();
    }
  } finally {
    await cloud.close();
  }
}

interface Shown extends Outcome {
  readonly answers: readonly (readonly Answer[])[];
  /** What only one of Lake and S3 holds, where both take the events. */
  readonly difference: Answer | undefined;
  readonly startedAt: number;
}

function isRight({ difference, ...outcome }: Shown): boolean {
  return isAccounted(outcome) && (difference?.rows.length ?? 0) === 0;
}

function asJson(shown: Shown): string {
  const { runs, account, answers, difference } = shown;
  const figures = { runs, account, answers: answers.flat(), difference, accounted: isRight(shown) };
  return `${JSON.stringify(figures, null, 2)}\n`;
}

function asText(shown: Shown): string {
  const { answers, difference, startedAt } = shown;
  const parts = [
    ...(shown.runs.some(({ collected }) => collected.length > 0) ? [renderCollected(shown.runs)] : []),
    renderRuns(shown),
    renderRejects(shown),
    renderVerdict(shown, startedAt),
    ...answers.map(renderAnswers),
    ...(difference === undefined ? [] : [renderDifference(difference, deliveredRecords(shown))]),
    NEXT,
  ];
  return `\n${parts.join('\n\n')}\n`;
}
