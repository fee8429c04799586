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
];
const OTHER_CONTAINER = 'insights-logs-resources';

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

/** Folders of records that come from a collector instead of Azure Storage. */
const COLLECTED = /^(?:graph|o365)\//;

/** Every record of Azure Storage in the corpus that the mapping takes, then the records of our own, as they are delivered. */
export function evidence(): Evidence[] {
  const files = corpusFiles().filter((file) => !COLLECTED.test(file));
  const corpus = files.flatMap((file) => {
    const container = CONTAINERS.find(([start]) => file.startsWith(start))?.[1] ?? OTHER_CONTAINER;
    return recordsOf(file).flatMap(({ bytes, offset }) => evidenceOf(bytes, container, file, offset));
  });
  const written = WRITTEN_RECORDS.flatMap(({ container, record }, offset) =>
    evidenceOf(Buffer.from(JSON.stringify(record)), container, 'written', offset),
  );
  return [...corpus, ...written];
}
