import { GRAPH_LIMITS, GRAPH_LOG_TYPES, type GraphLogType } from '#graph-collector/graph-log-types.ts';
import { SEEN_DAYS } from '#graph-collector/graph-plan.ts';
import {
  CONTENT_LIMIT,
  CONTENT_PASSES,
  CONTENT_REACH_MS,
  CONTENT_TYPES,
} from '#office365-collector/content-types.ts';
import { rawTableName } from '../raw-tables.ts';
import { code, listed, table } from './markdown.ts';
import { PRICES } from './prices.ts';

/** What Microsoft asks for, beside the permission. https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention */
function licenceOf({ logType }: GraphLogType): string {
  if (logType === 'entra-audits') return 'any';
  return logType === 'entra-risky-users' ? 'P2' : 'P1 or P2';
}

/** Minutes or hours, as a person says it. */
function duration(ms: number): string {
  const minutes = ms / 60_000;
  return minutes < 60 ? `${minutes} minutes` : `${minutes / 60} hours`;
}

/** Every log of Microsoft Graph: where it comes from and what it needs. */
export function graphLogs(): string {
  return table(
    ['log', 'asked of Microsoft Graph', 'permission', 'licence', 'page', 'table in Athena'],
    GRAPH_LOG_TYPES.map((logType) => [
      code(logType.logType),
      code(logType.filter === undefined ? logType.path : `${logType.path}?$filter=${logType.filter}`),
      code(logType.permission),
      licenceOf(logType),
      logType.top === undefined ? 'the API’s own' : logType.top.toLocaleString('en-US'),
      code(rawTableName(logType.logType)),
    ]),
  );
}

/** Every content type of Office 365. */
export function office365Logs(): string {
  return table(
    ['log', 'content type', 'permission', 'table in Athena'],
    CONTENT_TYPES.map(({ logType, contentType }) => [
      code(logType),
      code(contentType),
      contentType === 'DLP.All'
        ? `${code('ActivityFeed.Read')}, and ${code('ActivityFeed.ReadDlp')} for the sensitive data`
        : code('ActivityFeed.Read'),
      code(rawTableName(logType)),
    ]),
  );
}

/** When each API is read, and how often it may be asked. */
export function readings(): string {
  const [graph] = GRAPH_LOG_TYPES;
  if (graph === undefined) throw new Error('there is no log of Microsoft Graph');
  const { reports, identityProtection } = GRAPH_LIMITS;
  return table(
    ['', 'Microsoft Graph', 'Office 365'],
    [
      [
        'an hour is read',
        `${graph.passes.length} times: ${listed(graph.passes.map(({ lagMs }) => duration(lagMs)))} after it is over`,
        `once, ${duration(CONTENT_PASSES[0].lagMs)} after it is over: it is the hour in which content became available`,
      ],
      [
        'requests',
        `${reports.requests} in ${reports.spanMs / 1000} s for sign-ins and audits together, ${identityProtection.requests} in ${identityProtection.spanMs / 1000} s for risk, in each tenant`,
        `${CONTENT_LIMIT.requests.toLocaleString('en-US')} a minute in each tenant`,
      ],
      [
        'the API looks back',
        'as far as the licence: 7 or 30 days (`EntraLogRetentionDays`)',
        `7 days, of which ${duration(CONTENT_REACH_MS)} are used`,
      ],
      ['a record is remembered', `${SEEN_DAYS} days`, `${SEEN_DAYS} days`],
    ],
  );
}

/** Bytes of a record as it is kept raw; a sign-in is much longer than a record of Exchange. */
const RAW_BYTES = 5_000;
const MONTH_HOURS = 730;

function dollars(amount: number): string {
  return amount < 0.001 ? '< $0.001' : `$${amount < 0.1 ? amount.toFixed(3) : amount.toFixed(2)}`;
}

/** What collecting costs in AWS, for each million records and for each log and month. */
export function collectionCost(): string {
  const passes = Math.max(...GRAPH_LOG_TYPES.map((logType) => logType.passes.length));
  const { requests, spanMs } = GRAPH_LIMITS.reports;
  const windows = MONTH_HOURS * passes;
  const reads = (times: number): number => times * PRICES.dynamoRead.dollars;
  const write = PRICES.dynamoWrite.dollars;
  const raw = (RAW_BYTES * 1e6) / 1e9;
  const puts = (2 * windows * PRICES.s3Put.dollars) / 1e3 + (2 * windows * PRICES.s3Get.dollars) / 1e3;
  const seconds = (windows * spanMs) / 1000 / requests;
  const metrics = 3;
  const rows: [string, string, number][] = [
    [
      'a million records of Microsoft Graph: remembered and looked up',
      `${passes} reads × ${PRICES.dynamoRead.dollars} + 1 write × ${write}`,
      reads(passes) + write,
    ],
    [
      'a million records of Office 365: the same',
      `1 read × ${PRICES.dynamoRead.dollars} + 1 write × ${write}, and a read for each repeat`,
      reads(1) + write,
    ],
    [
      'a million raw records, each month that they are kept',
      `${RAW_BYTES.toLocaleString('en-US')} B (estimate) = ${raw} GB × ${PRICES.s3Storage.dollars}`,
      raw * PRICES.s3Storage.dollars,
    ],
    [
      'a log of Microsoft Graph, a month: requests to S3',
      `${windows.toLocaleString('en-US')} windows × (list and put × ${PRICES.s3Put.dollars} + head and get × ${PRICES.s3Get.dollars}) / 1,000, at most`,
      puts,
    ],
    [
      'a log of Microsoft Graph, a month: Lambda that waits for its limit',
      `${windows.toLocaleString('en-US')} requests × ${spanMs / requests / 1000} s × 1 GB × ${PRICES.lambdaTime.dollars}, at most`,
      seconds * PRICES.lambdaTime.dollars,
    ],
    [
      'each log, a month: its metrics',
      `${metrics} × ${PRICES.metric.dollars} (${['RecordsCollected', 'RecordsRepeated', 'CollectionLag'].map(code).join(', ')})`,
      metrics * PRICES.metric.dollars,
    ],
  ];
  return table(
    ['what', 'arithmetic', 'dollars'],
    rows.map(([what, arithmetic, amount]) => [what, arithmetic, dollars(amount)]),
  );
}
