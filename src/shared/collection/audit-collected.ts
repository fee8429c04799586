import { LOG_TYPES, type LogTypeName } from '#mapping/log-types.ts';
import {
  auditContainer,
  type AuditNotes,
  type AuditPlan,
  type AuditPorts,
  type ContainerAudit,
} from '#shared/audit/audit-container.ts';
import type { Finding } from '#shared/audit/finding.ts';
import type { ScopeDay } from '#shared/azure/discover-days.ts';
import type { CollectionStateStore } from './collect.ts';
import { FIRST_PASS, type CollectionState, type Gap } from './plan.ts';

/** What auditing a collector's log type needs of the world. */
export interface CollectedAuditPorts extends Omit<AuditPorts, 'watermarks' | 'days' | 'historyEnqueued'> {
  readonly states: Pick<CollectionStateStore, 'read'>;
}

/** What of a collector is audited. */
export interface CollectedAuditPlan extends Omit<AuditPlan, 'container' | 'horizonHours'> {
  readonly logType: LogTypeName;
  readonly tenants: readonly string[];
  /** False: a tenant of which nothing was collected yet is no finding, because the collector may be a minute old. */
  readonly isExpected?: boolean;
}

const DAY_MS = 86_400_000;
/** What a log object of a collector is enqueued with is never listed again: it has no horizon. */
const NO_HORIZON = 24 * 365 * 10;

function iso(moment: number): string {
  return new Date(moment).toISOString();
}

/**
 * What the audit says of the collection of a log type in a tenant: gaps in the audited time, and a collector that fell
 * behind the grace time.
 */
export function judgeCollection(
  { logType, from, to, graceMs, isExpected = true }: Omit<CollectedAuditPlan, 'tenants'>,
  tenant: string,
  state: CollectionState | undefined,
  now: number,
): Finding[] {
  const finding = (kind: 'collection-behind' | 'collection-gap', detail: string): Finding => ({
    kind,
    container: logType,
    logObject: undefined,
    bytes: 0,
    detail: `tenant ${tenant}: ${detail}`,
    repair: [],
  });
  if (state === undefined)
    return isExpected ? [finding('collection-behind', 'nothing was collected yet')] : [];
  const overlaps = (gap: Gap): boolean => gap.from < to && gap.to > from;
  const gaps = state.gaps
    .filter(overlaps)
    .map((gap) => finding('collection-gap', `${iso(gap.from)} to ${iso(gap.to)} was never read`));
  const upTo = state.positions[FIRST_PASS] ?? 0;
  const behindMs = Math.min(to, now) - upTo;
  if (behindMs <= graceMs) return gaps;
  const hours = (behindMs / 3_600_000).toFixed(1);
  return [
    ...gaps,
    finding('collection-behind', `read up to ${iso(upTo)}, ${hours} hours before the end of what is audited`),
  ];
}

/**
 * Compares the log objects that a collector wrote with the checkpoints, and what it read with the audited time. Throws
 * what {@link auditContainer} throws, RAW_BUCKET_FAILED and STATE_TABLE_FAILED.
 */
export async function auditCollected(
  plan: CollectedAuditPlan,
  ports: CollectedAuditPorts,
  notes: AuditNotes,
): Promise<ContainerAudit> {
  const { logType, tenants, from, to, graceMs } = plan;
  const now = ports.now();
  const scope = LOG_TYPES[logType].prefix;
  const audit = await auditContainer(
    { container: logType, from, to, graceMs, horizonHours: NO_HORIZON },
    {
      ...ports,
      days: (span) => daysOf(scope, span.since ?? from, span.until),
      // There is no listing to be behind: the collector enqueues what it writes.
      watermarks: {
        read: async () => ({ watermark: now, walk: undefined, history: undefined, version: 1 }),
      },
      historyEnqueued: async () => false,
    },
    notes,
  );
  let findings = 0;
  for (const tenant of tenants) {
    const state = await ports.states.read(tenant, logType);
    for (const finding of judgeCollection(plan, tenant, state, now)) {
      findings += 1;
      notes.finding(finding);
    }
  }
  // The watermark is no figure of a collector's.
  return { ...audit, watermark: undefined, findings: audit.findings + findings };
}

function* daysOf(scope: string, since: number, until: number): Generator<ScopeDay> {
  for (let day = Math.floor(since / DAY_MS) * DAY_MS; day <= until; day += DAY_MS)
    yield { scope, prefix: `${scope}day=${iso(day).slice(0, 10)}/` };
}
