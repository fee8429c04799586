import { auditContainer, type AuditPorts, type ContainerAudit } from '#shared/audit/audit-container.ts';
import { atEachPlace } from '#shared/azure/at-each-place.ts';
import type { LogObjectListing } from '#shared/azure/log-object-listing.ts';
import type { StorageAccounts } from '#shared/azure/storage-accounts.ts';
import { auditCollected, type CollectedAuditPorts } from '#shared/collection/audit-collected.ts';
import { collectedLogTypes } from '#shared/configuration/collected-settings.ts';
import type { ConfigurationOf } from '#shared/configuration/read-configuration.ts';
import type { AUDITOR_SETTINGS } from '#shared/configuration/settings.ts';
import { describeError } from '#shared/errors/describe-error.ts';
import type { Telemetry } from '#shared/telemetry/catalogue.ts';
import { auditRecentDays } from './audit-recent-days.ts';

/** What the audit of a deployment needs of the world. */
export interface DeploymentPorts extends Pick<
  AuditPorts,
  'checkpoints' | 'watermarks' | 'historyEnqueued' | 'now' | 'remainingMs'
> {
  readonly accounts: StorageAccounts;
  /** Lists what the collectors wrote. */
  readonly collected: LogObjectListing;
  readonly states: CollectedAuditPorts['states'];
  readonly telemetry: Telemetry;
}

/** What became of the audit of each place; one that fails stops no other. */
export interface DeploymentAudit {
  readonly containers: readonly ContainerAudit[];
  readonly failures: readonly unknown[];
}

/** Audits the last days of everything that a deployment reads: its containers in Azure, and what its collectors wrote. */
export async function auditDeployment(
  settings: ConfigurationOf<typeof AUDITOR_SETTINGS>,
  ports: DeploymentPorts,
): Promise<DeploymentAudit> {
  const { accounts, watermarks, collected, telemetry } = ports;
  const days = settings.AUDIT_DAYS;
  const graceMs = settings.UNSETTLED_GRACE_SECONDS * 1000;
  const containers: ContainerAudit[] = [];
  const failures: unknown[] = [];
  const failed = (account: string | undefined, container: string, error: unknown): void => {
    telemetry.emit('audit.failed', { account, container, error: describeError(error), failures: 1 });
    failures.push(error);
  };

  const outcomes = atEachPlace({
    accounts,
    entries: settings.AZURE_STORAGE_CONTAINER_NAME,
    wasRead: async (account, container) => (await watermarks.read(account, container)).version > 0,
    work: (listing, container) => {
      const plan = { container, horizonHours: settings.HORIZON_HOURS, graceMs };
      return auditRecentDays(
        { account: listing.account, container, days },
        (span, notes) => auditContainer({ ...plan, ...span }, { ...ports, listing }, notes),
        ports,
      );
    },
  });
  for await (const outcome of outcomes) {
    const { kind, account, container } = outcome;
    if (kind === 'done') containers.push(outcome.result);
    if (kind === 'absent') telemetry.emit('container.absent', { account, container });
    if (kind === 'failed') failed(account, container, outcome.error);
  }

  for (const logType of collectedLogTypes(settings)) {
    // One that never ran is new here, or fails, of which it has alarms of its own.
    const plan = { logType, tenants: settings.ENTRA_TENANTS, graceMs, isExpected: false };
    try {
      containers.push(
        await auditRecentDays(
          { account: collected.account, container: logType, days },
          (span, notes) => auditCollected({ ...plan, ...span }, { ...ports, listing: collected }, notes),
          ports,
        ),
      );
    } catch (error) {
      failed(collected.account, logType, error);
    }
  }
  return { containers, failures };
}
