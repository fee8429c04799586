import {
  auditContainer,
  type AuditPorts,
  type AuditPlan,
  type ContainerAudit,
} from '#shared/audit/audit-container.ts';
import { dayStart } from '#shared/audit/circumstances.ts';
import { FINDINGS, type Finding } from '#shared/audit/finding.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';

const DAY_MS = 86_400_000;

/** Findings of a container that are logged one by one; a cloud that burns needs no million lines to say so. */
const MAX_LOGGED = 200;

/**
 * Audits the last `days` days of a container and today, and tells what it found. Throws what
 * {@link auditContainer} throws.
 */
export async function auditRecentDays(
  settings: Pick<AuditPlan, 'container' | 'horizonHours' | 'graceMs'> & { readonly days: number },
  ports: AuditPorts & { readonly telemetry: Telemetry },
): Promise<ContainerAudit> {
  const { container, days } = settings;
  const { telemetry } = ports;
  const to = ports.now();
  const from = dayStart(to) - days * DAY_MS;
  let logged = 0;
  const audit = await auditContainer({ ...settings, from, to }, ports, {
    hour: () => undefined,
    dayCompared: () => undefined,
    finding: (finding) => {
      logged += 1;
      if (logged <= MAX_LOGGED) emitFinding(finding, ports.listing.account, telemetry);
    },
  });
  const { storageAccount, account, findings, oldestUnsettledByteAge, unrecognised } = audit;
  if (findings > MAX_LOGGED) {
    const leftOut = findings - MAX_LOGGED;
    telemetry.emit('audit.findings-left-out', { account: storageAccount, container, leftOut });
  }
  telemetry.emit('audit.finished', {
    ...account,
    account: storageAccount,
    container,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    unrecognised,
    findings,
    oldestUnsettledByteAge,
  });
  return audit;
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
