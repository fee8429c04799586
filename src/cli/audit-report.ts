import type { ContainerAudit } from '#shared/audit/audit-container.ts';
import { addAccounts, EMPTY_ACCOUNT, type ByteAccount } from '#shared/audit/byte-account.ts';
import { FINDINGS, type Finding, type FindingKind } from '#shared/audit/finding.ts';
import type { AuditRow, Grouping } from './audit-rows.ts';
import { renderTable } from './table.ts';

/** The audit of a container with its rows and findings. */
export interface AuditedContainer extends ContainerAudit {
  readonly rows: readonly AuditRow[];
  readonly found: readonly Finding[];
}

/** The audit of a time. */
export interface AuditReport {
  /** Epoch ms. */
  readonly from: number;
  /** Epoch ms. */
  readonly to: number;
  readonly by: Grouping;
  readonly repair: boolean;
  readonly containers: readonly AuditedContainer[];
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function things(number: number, one: string): string {
  return `${count(number)} ${one}${number === 1 ? '' : 's'}`;
}

/** Findings of all containers, each with the storage account that it is of. */
export function findingsOf({ containers }: AuditReport): (Finding & { readonly account: string })[] {
  return containers.flatMap(({ storageAccount: account, found }) =>
    found.map((finding) => ({ ...finding, account })),
  );
}

function totalOf({ containers }: AuditReport): ByteAccount {
  return containers.map(({ account }) => account).reduce(addAccounts, EMPTY_ACCOUNT);
}

/** The report for machines. */
export function jsonOf(report: AuditReport): object {
  const { from, to, by, repair, containers } = report;
  return {
    from: iso(from),
    to: iso(to),
    addsUp: findingsOf(report).length === 0,
    repair,
    total: totalOf(report),
    containers: containers.map(({ rows, found, watermark, ...audit }) => ({
      ...audit,
      watermark: watermark === undefined ? null : iso(watermark),
      rows: rows.map(({ key, account, findings }) => ({ [by]: key, ...account, findings })),
      findings: found.map(({ kind, logObject, bytes, detail, repair: ranges }) => ({
        kind,
        logObject: logObject?.name ?? null,
        generation: logObject?.generation ?? null,
        bytes,
        detail,
        ...FINDINGS[kind],
        repairable: ranges.length > 0,
      })),
    })),
  };
}

/** Columns of the table; those of {@link ONLY_WHEN_ANY} stand there only when one is not zero. */
const COLUMNS: readonly (readonly [title: string, figure: keyof ByteAccount])[] = [
  ['log objects', 'logObjects'],
  ['listed', 'listedBytes'],
  ['= delivered', 'deliveredBytes'],
  ['+ rejected', 'rejectedBytes'],
  ['+ excluded', 'excludedBytes'],
  ['+ framing', 'framingBytes'],
  ['+ pending', 'pendingBytes'],
  ['+ unexplained', 'unexplainedBytes'],
  ['records', 'deliveredRecords'],
  ['rejects', 'rejectedRecords'],
  ['excluded records', 'excludedRecords'],
];

/** What is nothing in most deployments: without a filter nothing is excluded, and without a finding all is explained. */
const ONLY_WHEN_ANY: ReadonlySet<keyof ByteAccount> = new Set([
  'excludedBytes',
  'excludedRecords',
  'unexplainedBytes',
]);

function renderRows(by: Grouping, audited: AuditedContainer): string {
  const { storageAccount, container, rows, account, findings } = audited;
  const all = [...rows, { key: 'all', account, findings }];
  const columns = COLUMNS.filter(
    ([, figure]) => !ONLY_WHEN_ANY.has(figure) || all.some((row) => row.account[figure] !== 0),
  );
  const table = renderTable(
    [by, ...columns.map(([title]) => title), 'findings'],
    all.map((row) => [row.key, ...columns.map(([, figure]) => row.account[figure]), row.findings]),
  );
  return `${storageAccount}/${container}\n${table}`;
}

function renderNotes({ storageAccount, container, ...audit }: AuditedContainer): string[] {
  const { watermark, oldestUnsettledByteAge: age, unrecognised, unrecognisedExample, account } = audit;
  const notes: string[] = [];
  if (watermark !== undefined) notes.push(`the last complete listing began at ${iso(watermark)}`);
  if (age > 0) notes.push(`the oldest bytes that nobody looked at were written ${count(age)} s ago`);
  if (account.goneLogObjects > 0)
    notes.push(
      `${things(account.goneLogObjects, 'log object')} were read to the end and are no longer in Azure`,
    );
  if (unrecognised > 0)
    notes.push(
      `${things(unrecognised, 'name')} are not of hourly log objects and not read, as ${unrecognisedExample}`,
    );
  return notes.map((note) => `${storageAccount}/${container}: ${note}.`);
}

function renderFindings(findings: ReturnType<typeof findingsOf>): string[] {
  const kinds = Object.keys(FINDINGS) as FindingKind[];
  return kinds.flatMap((kind) => {
    const of = findings.filter((finding) => finding.kind === kind);
    if (of.length === 0) return [];
    const { cause, fix } = FINDINGS[kind];
    const lines = of.map(({ account, container, logObject, detail }) => {
      const place = `${account}/${container}`;
      const where =
        logObject === undefined ? place : `${place}/${logObject.name} (generation ${logObject.generation})`;
      return `  ${where}\n    ${detail}`;
    });
    return [`${kind}: ${things(of.length, 'finding')}\n${cause}\nWhat to do: ${fix}\n${lines.join('\n')}`];
  });
}

/** One sentence that answers whether anything is missing, and one about what a repair did or can do. */
export function verdictOf(report: AuditReport): string {
  const { listedBytes, deliveredBytes, rejectedBytes, excludedBytes, framingBytes, pendingBytes } =
    totalOf(report);
  const findings = findingsOf(report);
  if (findings.length === 0) {
    const sum = [`${count(deliveredBytes)} delivered`, `${count(rejectedBytes)} rejected`];
    if (excludedBytes > 0) sum.push(`${count(excludedBytes)} excluded`);
    sum.push(`${count(framingBytes)} framing`, `${count(pendingBytes)} pending`);
    return `It adds up: ${count(listedBytes)} bytes listed = ${sum.join(' + ')}. Nothing is missing.`;
  }
  const bytes = findings.reduce((sum, finding) => sum + finding.bytes, 0);
  const verdict = `It does NOT add up: ${things(findings.length, 'finding')}, ${count(bytes)} bytes.`;
  const repairable = findings.filter(({ repair }) => repair.length > 0).length;
  if (!report.repair) {
    return repairable === 0 ? verdict : `${verdict} --repair enqueues what reads ${repairable} of them.`;
  }
  const ranges = report.containers.reduce((sum, { repairedRanges }) => sum + repairedRanges, 0);
  const enqueued = report.containers.reduce((sum, { repairedBytes }) => sum + repairedBytes, 0);
  return `${verdict} ${things(ranges, 'range')} of ${count(enqueued)} bytes enqueued; audit again once the Processor settled them.`;
}

/** The report for a person. */
export function textOf(report: AuditReport): string {
  const { containers, by, from, to } = report;
  return [
    `Bytes of the log objects from ${iso(from)} to ${iso(to)}`,
    ...containers.map((container) => renderRows(by, container)),
    containers.flatMap(renderNotes).join('\n'),
    ...renderFindings(findingsOf(report)),
    verdictOf(report),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
