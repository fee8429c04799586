import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import { isLogType, type LogTypeName } from '#mapping/log-types.ts';
import { clientOptions, RAW_BUCKET_PATIENCE } from '#shared/aws/client-options.ts';
import { auditCollected, type CollectedAuditPorts } from '#shared/collection/audit-collected.ts';
import { DynamoCollectionStateStore } from '#shared/collection/collection-state-store.ts';
import { S3LogObjectListing } from '#shared/collection/s3-log-object-listing.ts';
import type { ConfigurationOf, Settings } from '#shared/configuration/read-configuration.ts';
import type { AuditedContainer } from './audit-report.ts';
import { AuditRows, type Grouping } from './audit-rows.ts';
import type { Steps } from './steps.ts';

const names = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))),
);

/** Which collectors a deployment has; all empty when none. */
export const COLLECTED_SETTINGS = {
  RAW_BUCKET_NAME: {
    schema: v.string(),
    description: 'bucket of the collectors',
    example: 'crosstrail-rawbucket-1a2b3c',
    fallback: '',
  },
  COLLECTION_TABLE_NAME: {
    schema: v.string(),
    description: 'table of the collectors’ positions',
    example: 'crosstrail-CollectionTable-1A2B3C',
    fallback: '',
  },
  ENTRA_TENANTS: { schema: names, description: 'tenants that are collected', example: '', fallback: '' },
  GRAPH_LOG_TYPES: { schema: names, description: 'log types of Graph', example: '', fallback: '' },
  OFFICE365_LOG_TYPES: { schema: names, description: 'log types of Office 365', example: '', fallback: '' },
} as const satisfies Settings;

type CollectedConfiguration = ConfigurationOf<typeof COLLECTED_SETTINGS>;

/** Log types that a deployment collects. */
export function collectedLogTypes(settings: CollectedConfiguration): LogTypeName[] {
  if (settings.RAW_BUCKET_NAME === '' || settings.COLLECTION_TABLE_NAME === '') return [];
  return [...settings.GRAPH_LOG_TYPES, ...settings.OFFICE365_LOG_TYPES].filter(isLogType);
}

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
