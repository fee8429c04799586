import { alarmsOf } from './alarms.ts';
import { code, table } from './markdown.ts';
import { metricCounts } from './metric-counts.ts';
import type { PageFacts } from './page-facts.ts';
import { PRICES, SIZES, type Price, type Sizes } from './prices.ts';
import { choiceOf } from './template-words.ts';

/** Hours, aggregations (hourly) and audits (daily) in a month. */
const MONTH = { hours: 730, aggregations: 730, audits: 30 };
/** Records that a window of 4 MiB holds at 2 kB, which is what one object of rows comes of. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/** Seconds of the Processor for a million records, with 1 GB: at about 700 records a second. An estimate, not measured in AWS. */
const PROCESSOR_SECONDS = 1_500;

function dollars(amount: number): string {
  if (amount === 0) return '$0';
  return amount < 0.001 ? '< $0.001' : `$${amount < 0.1 ? amount.toFixed(3) : amount.toFixed(2)}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

interface Item {
  readonly what: string;
  readonly from: string;
  readonly amount: number;
}

function millionOf({
  record,
  event,
  row,
}: Sizes): Readonly<Record<'lake' | 's3' | 'common', readonly Item[]>> {
  const bytes = record * 1e6;
  const [eventBytes, rowBytes] = [bytes * event, bytes * row];
  const windows = Math.ceil(bytes / WINDOW_BYTES);
  return {
    common: [
      {
        what: 'Azure: egress',
        from: `${gigabytes(bytes)} × ${PRICES.azureEgress.dollars}, after the free 100 GB`,
        amount: (bytes / 1e9) * PRICES.azureEgress.dollars,
      },
      {
        what: 'Lambda: Processor',
        from: `${PROCESSOR_SECONDS.toLocaleString('en-US')} s × 1 GB × ${PRICES.lambdaTime.dollars} (estimate)`,
        amount: PROCESSOR_SECONDS * PRICES.lambdaTime.dollars,
      },
      {
        what: 'DynamoDB: checkpoints',
        from: `${windows} windows of 4 MiB × 2 writes`,
        amount: (windows * 2 * PRICES.dynamoWrite.dollars) / 1e6,
      },
    ],
    lake: [
      {
        what: '**Lake: ingestion**',
        from: `${record} B × ${event} = ${gigabytes(eventBytes)} × ${PRICES.lakeIngestion.dollars}`,
        amount: (eventBytes / 1e9) * PRICES.lakeIngestion.dollars,
      },
      {
        what: 'Lake: each month after the first 366 days',
        from: `${gigabytes(eventBytes)} × ${PRICES.lakeStorage.dollars}`,
        amount: (eventBytes / 1e9) * PRICES.lakeStorage.dollars,
      },
      {
        what: 'Lake: a query that reads all of it',
        from: `${gigabytes(eventBytes)} × ${PRICES.lakeQuery.dollars}, at most`,
        amount: (eventBytes / 1e9) * PRICES.lakeQuery.dollars,
      },
    ],
    s3: [
      {
        what: '**S3: each month**',
        from: `${record} B × ${row} = ${gigabytes(rowBytes)} × ${PRICES.s3Storage.dollars}`,
        amount: (rowBytes / 1e9) * PRICES.s3Storage.dollars,
      },
      {
        what: 'S3: requests',
        from: `${windows} objects, when they come in windows of 4 MiB × ${PRICES.s3Put.dollars} / 1,000`,
        amount: (windows * PRICES.s3Put.dollars) / 1e3,
      },
      {
        what: 'Athena: a query that reads all of it',
        from: `${gigabytes(rowBytes)} × ${PRICES.athena.dollars} / 1,000`,
        amount: (rowBytes / 1e12) * PRICES.athena.dollars,
      },
    ],
  };
}

function rows(items: readonly Item[]): string[][] {
  return items.map(({ what, from, amount }) => [what, from, dollars(amount)]);
}

/** What a million records cost, by kind and destination. */
export function perMillion(): string {
  return Object.entries(SIZES)
    .map(([kind, sizes]) => {
      const { lake, s3, common } = millionOf(sizes);
      const name = kind === 'activity' ? 'Azure Activity' : 'Entra ID sign-ins and audits';
      return `### A million records of ${name}\n\n${table(['what', 'arithmetic', 'dollars'], [...rows(lake), ...rows(s3), ...rows(common)])}`;
    })
    .join('\n\n');
}

function scopeItems(): Item[] {
  const lists = 4 * MONTH.aggregations + 9 * MONTH.audits;
  const ranges = 2 * MONTH.hours;
  return [
    {
      what: 'Azure: lists',
      from: `(4 a run × ${MONTH.aggregations} + 9 an audit × ${MONTH.audits}) × ${PRICES.azureList.dollars} / 10,000`,
      amount: (lists * PRICES.azureList.dollars) / 1e4,
    },
    {
      what: 'Azure: reads',
      from: `${ranges.toLocaleString('en-US')} (each log object about twice) × ${PRICES.azureRead.dollars} / 10,000`,
      amount: (ranges * PRICES.azureRead.dollars) / 1e4,
    },
    {
      what: 'SQS: ranges',
      from: `${ranges.toLocaleString('en-US')} × 3 requests × ${PRICES.sqsFifo.dollars} / million`,
      amount: (ranges * 3 * PRICES.sqsFifo.dollars) / 1e6,
    },
    {
      what: 'DynamoDB: reads',
      from: `3 days × 2 units × ${MONTH.aggregations} × ${PRICES.dynamoRead.dollars} / million`,
      amount: (3 * 2 * MONTH.aggregations * PRICES.dynamoRead.dollars) / 1e6,
    },
    {
      what: 'DynamoDB: writes',
      from: `${ranges.toLocaleString('en-US')} × 2 × ${PRICES.dynamoWrite.dollars} / million`,
      amount: (ranges * 2 * PRICES.dynamoWrite.dollars) / 1e6,
    },
    {
      what: 'S3: objects of rows, with `S3` or `Both`',
      from: `${ranges.toLocaleString('en-US')} × ${PRICES.s3Put.dollars} / 1,000`,
      amount: (ranges * PRICES.s3Put.dollars) / 1e3,
    },
    {
      what: 'Logs',
      from: `${ranges.toLocaleString('en-US')} lines of 1 kB × ${PRICES.logs.dollars} / GB`,
      amount: (ranges * 1e3 * PRICES.logs.dollars) / 1e9,
    },
  ];
}

/** US dollars that a scope costs in a month, whatever it holds: for being asked. */
export function scopeDollars(): number {
  return scopeItems().reduce((sum, { amount }) => sum + amount, 0);
}

/** What a scope costs in a month, item by item. */
export function perScope(): string {
  return table(
    ['what', 'arithmetic', 'dollars a month'],
    [...rows(scopeItems()), ['**together**', '', `**${dollars(scopeDollars())}**`]],
  );
}

/** What a stack costs in a month before it delivers a record. */
export function fixedCost(facts: PageFacts): string {
  const alarms = alarmsOf(facts.template);
  const always = alarms.filter(({ condition }) => condition === undefined);
  const watchedWhen = (wanted: string | undefined): number =>
    alarms.flatMap(({ condition, watched }) =>
      watched.filter((metric) => (condition ?? metric.condition) === wanted),
    ).length;
  const conditions = [...new Set(alarms.flatMap(({ condition }) => condition ?? []))];
  const counts = metricCounts(facts);
  const named = (service: string): readonly string[] =>
    counts.find((count) => count.service === service)?.always ?? [];
  const [hourly, withRows, daily] = [
    [...named('aggregator'), ...named('processor')].filter((name) => !name.startsWith('Row')),
    named('processor').filter((name) => name.startsWith('Row')),
    named('auditor'),
  ];
  const polls = 2 * 5 * 3 * 60 * MONTH.hours;
  const items: Item[] = [
    {
      what: 'Metrics of each hour',
      from: `${hourly.length} × ${PRICES.metric.dollars} (${hourly.map(code).join(', ')})`,
      amount: hourly.length * PRICES.metric.dollars,
    },
    {
      what: 'Metrics of S3, with `S3` or `Both`',
      from: `${withRows.length} × ${PRICES.metric.dollars} (${withRows.map(code).join(', ')})`,
      amount: withRows.length * PRICES.metric.dollars,
    },
    {
      what: 'Metrics of the daily audit',
      from: `${daily.length} × ${PRICES.metric.dollars} / 24 (${daily.map(code).join(', ')})`,
      amount: (daily.length * PRICES.metric.dollars) / 24,
    },
    {
      what: `Alarms: ${always.length}`,
      from: `${watchedWhen(undefined)} metrics that they look at × ${PRICES.alarm.dollars}`,
      amount: watchedWhen(undefined) * PRICES.alarm.dollars,
    },
    ...conditions.map((condition) => ({
      what: `Alarms when ${choiceOf(condition)}: ${alarms.filter((alarm) => alarm.condition === condition).length}`,
      from: `${watchedWhen(condition)} × ${PRICES.alarm.dollars}`,
      amount: watchedWhen(condition) * PRICES.alarm.dollars,
    })),
    {
      what: 'Dashboard, with `OperationsDashboard=yes`',
      from: 'when the account has three already',
      amount: PRICES.dashboard.dollars,
    },
    {
      what: 'SQS: queues that Lambda asks while they are empty',
      from: `2 queues × 5 pollers × 3 a minute = ${(polls / 1e6).toFixed(1)} million (estimate) × ${PRICES.sqsFifo.dollars}`,
      amount: (polls * PRICES.sqsFifo.dollars) / 1e6,
    },
    {
      what: 'Lambda: Aggregator and Auditor',
      from: `(${MONTH.aggregations} + ${MONTH.audits}) runs × 5 s × 0.5 GB (estimate)`,
      amount: (MONTH.aggregations + MONTH.audits) * 5 * 0.5 * PRICES.lambdaTime.dollars,
    },
    { what: 'Secret, with `ConnectionString`', from: '1', amount: PRICES.secret.dollars },
    {
      what: 'Key of hashes, with `RedactFields` or `HashFields`',
      from: '1 secret',
      amount: PRICES.secret.dollars,
    },
    { what: 'KMS key, with `KmsKeyArn`', from: '1, its requests not counted', amount: PRICES.key.dollars },
  ];
  return table(['what', 'arithmetic', 'dollars a month'], rows(items));
}

/** How many metrics each function writes, and which. */
export function metricsTable(facts: PageFacts): string {
  const names = (list: readonly string[]): string =>
    list.length === 0 ? 'none' : `${list.length}: ${list.map(code).join(', ')}`;
  return table(
    ['service', 'whenever it works', 'only when it happens', 'one for each value'],
    metricCounts(facts).map(({ service, always, sometimes, split }) => [
      code(service),
      names(always),
      names(sometimes),
      split.map(code).join(', ') || 'none',
    ]),
  );
}

/** Every price that the page computes with, and whether it was read in a source of this year. */
export function pricesTable(): string {
  return table(
    ['what', 'dollars', 'for each', 'read'],
    Object.values<Price>(PRICES).map(({ what, dollars: amount, unit, page, trust }) => [
      `[${what}](${page})`,
      String(amount),
      unit,
      trust === 'seen' ? 'in 2026' : '**check**',
    ]),
  );
}
