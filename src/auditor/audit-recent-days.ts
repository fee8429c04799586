import type { AuditNotes, ContainerAudit } from '#shared/audit/audit-container.ts';
import { dayStart } from '#shared/audit/circumstances.ts';
import { FINDINGS, type Finding } from '#shared/audit/finding.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';

const DAY_MS = 86_400_000;

/** Findings of a container that are logged one by one; a cloud that burns needs no million lines to say so. */
const MAX_LOGGED = 200;

/** What is audited, and how far back. */
export interface AuditedPlace {
  /** Storage account, or the bucket of the collectors. */
  readonly account: string;
  /** Container, or a log type of a collector. */
  readonly container: string;
  readonly days: number;
}

/** Epoch ms; the end is excluded. */
export interface AuditedSpan {
  readonly from: number;
  readonly to: number;
}

/** Audits the last `days` days of a place and today, and tells what was found. Throws what `audit` throws. */
export async function auditRecentDays(
  { account, container, days }: AuditedPlace,
  audit: (span: AuditedSpan, notes: AuditNotes) => Promise<ContainerAudit>,
  { telemetry, now }: { readonly telemetry: Telemetry; readonly now: () => number },
): Promise<ContainerAudit> {
  const to = now();
  const from = dayStart(to) - days * DAY_MS;
  let logged = 0;
  const audited = await audit(
    { from, to },
    {
      hour: () => undefined,
      dayCompared: () => undefined,
      finding: (finding) => {
        logged += 1;
        if (logged <= MAX_LOGGED) emitFinding(finding, account, telemetry);
      },
    },
  );
  const { findings, oldestUnsettledByteAge, unrecognised } = audited;
  if (findings > MAX_LOGGED)
    telemetry.emit('audit.findings-left-out', { account, container, leftOut: findings - MAX_LOGGED });
  telemetry.emit('audit.finished', {
    ...audited.account,
    account,
    container,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    unrecognised,
    findings,
    oldestUnsettledByteAge,
  });
  return audited;
}

function emitFinding(
  { kind, container, logObject, bytes, detail, repair }: Finding,
  account: string,
  telemetry: Telemetry,
): void {
  const { name, generation } = logObject ?? {};
  telemetry.emit('audit.finding', {
    account,
    container,
    logObject: name,
    generation,
    kind,
    bytes,
    detail,
    fix: FINDINGS[kind].fix,
    repairable: repair.length > 0,
  });
}
