import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { LogTypeName } from '#mapping/log-types.ts';
import { clientOptions, RAW_BUCKET_PATIENCE } from '#shared/aws/client-options.ts';
import { auditCollected, type CollectedAuditPorts } from '#shared/collection/audit-collected.ts';
import { DynamoCollectionStateStore } from '#shared/collection/collection-state-store.ts';
import { S3LogObjectListing } from '#shared/collection/s3-log-object-listing.ts';
import type { CollectedConfiguration } from '#shared/configuration/collected-settings.ts';
import type { AuditedContainer } from './audit-report.ts';
import { AuditRows, type Grouping } from './audit-rows.ts';
import type { Steps } from './steps.ts';

/** Audits each of the log types, one after the other. */
export async function auditCollectors(
  logTypes: readonly LogTypeName[],
  settings: CollectedConfiguration,
  plan: { readonly from: number; readonly to: number; readonly graceMs: number; readonly by: Grouping },
  ports: Omit<CollectedAuditPorts, 'listing' | 'states'> & {
    readonly table: DynamoDBClient;
    readonly steps: Steps;
  },
): Promise<AuditedContainer[]> {
  const s3 = new S3Client(clientOptions(RAW_BUCKET_PATIENCE));
  const listing = new S3LogObjectListing(s3, settings.RAW_BUCKET_NAME);
  const states = new DynamoCollectionStateStore(ports.table, settings.COLLECTION_TABLE_NAME);
  const days = Math.ceil((plan.to - plan.from) / 86_400_000) + 1;
  const audited: AuditedContainer[] = [];
  for (const logType of logTypes) {
    const where = `${settings.RAW_BUCKET_NAME}/${logType}`;
    await ports.steps.counted(`Comparing ${where}`, days, async (done) => {
      const notes = new AuditRows(plan.by, done);
      const tenants = settings.ENTRA_TENANTS;
      const audit = await auditCollected({ ...plan, logType, tenants }, { ...ports, listing, states }, notes);
      audited.push({ ...audit, rows: notes.rows, found: notes.findings });
    });
  }
  s3.destroy();
  return audited;
}
