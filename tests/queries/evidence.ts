import type { AuditEvent } from '#mapping/audit-event.ts';
import { mapRecord } from '#mapping/map-record.ts';
import type { Origin } from '#mapping/origin.ts';
import { corpusFiles, recordsOf } from '../mapping/corpus-records.ts';
import { WRITTEN_RECORDS } from './written-records.ts';

/** An audit event, and where its record stands. */
export interface Evidence {
  readonly event: AuditEvent;
  readonly origin: Origin;
}

/** The account of AWS's own documentation examples, which the local Lake has too. */
export const ACCOUNT = '111122223333';

/** Containers by the start of a file's name; records of other files tell themselves what they are. */
const CONTAINERS: readonly (readonly [string, string])[] = [
  ['activity/', 'insights-activity-logs'],
  ['entra/datadog_audit', 'insights-logs-auditlogs'],
  ['entra/datadog_managed', 'insights-logs-managedidentitysigninlogs'],
  ['entra/datadog_ms_graph', 'insights-logs-microsoftgraphactivitylogs'],
  ['entra/datadog_non', 'insights-logs-noninteractiveusersigninlogs'],
  ['entra/datadog_risky', 'insights-logs-riskyusers'],
  ['entra/datadog_service', 'insights-logs-serviceprincipalsigninlogs'],
  ['entra/datadog_sign', 'insights-logs-signinlogs'],
  ['entra/datadog_user_risk', 'insights-logs-userriskevents'],
  ['entra/', 'insights-logs-auditlogs'],
  ['graph/msdocs_directory', 'entra-audits'],
  ['graph/msdocs_risk', 'entra-risk-detections'],
  ['graph/synthetic_risk_', 'entra-risk-detections'],
  ['graph/synthetic_risky', 'entra-risky-users'],
  ['graph/', 'entra-signins'],
  ['o365/msdocs_azure', 'office365-azureactivedirectory'],
  ['o365/synthetic_exchange', 'office365-exchange'],
  ['o365/synthetic_dlp', 'office365-dlp'],
  ['o365/msdocs_aip', 'office365-general'],
  ['o365/synthetic_teams', 'office365-general'],
];
const OTHER_CONTAINER = 'insights-logs-resources';
/** Containers of the file that holds records of several, by what a record says; the others are Exchange's. */
const OF_SEVERAL = 'o365/panther';
const WORKLOADS: readonly (readonly [RegExp, string])[] = [
  [/"Workload": ?"AzureActiveDirectory"|"RecordType": ?15\b/, 'office365-azureactivedirectory'],
  [/"Workload": ?"(?:OneDrive|SharePoint)"/, 'office365-sharepoint'],
  [/^/, 'office365-exchange'],
];

function evidenceOf(bytes: Uint8Array, container: string, name: string, offset: number): Evidence[] {
  const origin = {
    account: 'auditlogs',
    container,
    name,
    generation: '2026-11-20T10:00:12Z',
    offset,
    length: bytes.length + 1,
  };
  const outcome = mapRecord({ bytes, origin, recipientAccountId: ACCOUNT });
  return outcome.outcome === 'event' ? [{ event: outcome.event, origin }] : [];
}

function containerOf(file: string, bytes: Uint8Array): string {
  if (file.startsWith(OF_SEVERAL)) {
    const text = Buffer.from(bytes).toString();
    return WORKLOADS.find(([says]) => says.test(text))?.[1] ?? OTHER_CONTAINER;
  }
  return CONTAINERS.find(([start]) => file.startsWith(start))?.[1] ?? OTHER_CONTAINER;
}

/** Every record of the corpus that the mapping takes, then the records of our own, as they are delivered. */
export function evidence(): Evidence[] {
  const corpus = corpusFiles().flatMap((file) => {
    const records = recordsOf(file);
    return records.flatMap(({ bytes, offset }) => evidenceOf(bytes, containerOf(file, bytes), file, offset));
  });
  const written = WRITTEN_RECORDS.flatMap(({ container, record }, offset) =>
    evidenceOf(Buffer.from(JSON.stringify(record)), container, 'written', offset),
  );
  return [...corpus, ...written];
}
