import type { EventData, JsonObject } from '#mapping/audit-event.ts';
import { recordId } from '#mapping/ids.ts';
import { parseJson, parseRecord } from '#mapping/parse-record.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { findViolations } from '#mapping/target-schema.ts';
import { corpusFiles, recordsOf } from './corpus-records.ts';
import { ACCOUNT, canonical, eventOf, mapOne, originOf } from './map-one.ts';

/** What becomes of each file: records per family, or per reject reason. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'activity/armosec_eventhub_capture.jsonl': { activity: 4 },
  'activity/msdocs_activity_samples.jsonl': { activity: 2 },
  'activity/otel_activity_all_categories.jsonl': { activity: 12, 'activity-pim': 3 },
  // Seven of these rule tests are storage requests that name no category.
  'activity/panther_azure_monitor_activity.jsonl': { activity: 194, storage: 7 },
  'activity/rest_form_msdocs.jsonl': { activity: 1 },
  'activity/rest_form_sdk_snakecase_plaso.jsonl': { activity: 1 },
  'entra/datadog_audit_logs.json': { 'directory-audit': 22 },
  'entra/datadog_managed_identity_sign_in_logs.json': { 'sign-in': 24 },
  'entra/datadog_ms_graph_activity_logs.json': { 'graph-activity': 25 },
  'entra/datadog_non_interactive_user_sign_in_logs.json': { 'sign-in': 14 },
  'entra/datadog_risky_users_logs.json': { risk: 1 },
  'entra/datadog_service_principal_sign_in_logs.json': { 'sign-in': 25 },
  'entra/datadog_sign_in_logs.json': { 'sign-in': 5 },
  'entra/datadog_user_risk_event_logs.json': { risk: 1 },
  'entra/panther_azure_audit.jsonl': { 'directory-audit': 21, 'sign-in': 25 },
  'resource/datadog_aks_logs.json': { 'kube-audit': 21 },
  'resource/datadog_function_app_logs.json': { NOT_JSON: 20 },
  'resource/datadog_function_app_logs_with_usa_short_timestamp.json': { resource: 5 },
  'resource/datadog_networksecuritygroupflowevent_logs.json': { 'flow-log': 2 },
  'resource/datadog_workflowruntime_logs.json': { resource: 7 },
  'resource/msdocs_nsg_rule_counter.jsonl': { resource: 1 },
  'resource/otel_storage_and_corner_cases.jsonl': { storage: 1, resource: 2 },
  'resource/panther_azure_resource_logs.jsonl': { storage: 11 },
  'resource/sumo_blob_fixtures.json': { 'flow-log': 8 },
  'resource/sumo_blob_fixtures_networkinterfaceflowlogs.json': { 'flow-log': 4 },
  'resource/sumo_blob_fixtures_subnetflowlogs.json': { 'flow-log': 4 },
  'resource/sumo_blob_fixtures_vnetflowlogs.json': { 'flow-log': 8 },
  'graph/msdocs_directory_audits.jsonl': { 'directory-audit': 2 },
  'graph/msdocs_risk_detections.jsonl': { risk: 1 },
  'graph/msdocs_sign_ins.jsonl': { 'sign-in': 2 },
  'graph/msdocs_sign_ins_beta.jsonl': { 'sign-in': 1 },
  'graph/synthetic_risk_detections.jsonl': { risk: 2 },
  'graph/synthetic_risky_users.jsonl': { risk: 2 },
  'graph/synthetic_sign_ins_beta.jsonl': { 'sign-in': 3 },
  'o365/msdocs_aip.jsonl': { 'office365-general': 7 },
  'o365/msdocs_azureactivedirectory.jsonl': { 'office365-azureactivedirectory': 3 },
  'o365/panther_m365_audit.jsonl': {
    'office365-azureactivedirectory': 4,
    'office365-sharepoint': 5,
    'office365-exchange': 10,
  },
  'o365/synthetic_dlp.jsonl': { 'office365-dlp': 1 },
  'o365/synthetic_exchange.jsonl': { 'office365-exchange': 2 },
  'o365/synthetic_teams.jsonl': { 'office365-general': 1 },
  'blobs/datadog_append_state_a.PT1H.json': { NOT_JSON: 101 },
  'blobs/datadog_append_state_b.PT1H.json': { NOT_JSON: 170 },
};

it('names every file of the corpus', () => {
  const files = corpusFiles();

  expect(files.sort()).toEqual(Object.keys(EXPECTED).sort());
});

const RECORDS = Object.keys(EXPECTED)
  .flatMap(recordsOf)
  .map(({ file, bytes, offset }) => ({ file, bytes, offset, outcome: mapOne(bytes, { offset }) }));

/** Records that became an event, with the event. */
const EVENTS = RECORDS.flatMap(({ outcome, ...record }) =>
  outcome.outcome === 'event' ? [{ ...record, ...outcome }] : [],
);

/** Records that did not, with the reason. */
const REJECTS = RECORDS.flatMap(({ outcome, ...record }) =>
  outcome.outcome === 'reject' ? [{ ...record, ...outcome }] : [],
);

it.each(Object.keys(EXPECTED))('accounts for %s record by record, each in its family', (file) => {
  const counts: Record<string, number> = {};

  for (const { outcome } of RECORDS.filter((record) => record.file === file)) {
    const key = outcome.outcome === 'reject' ? outcome.reason : 'family' in outcome ? outcome.family : '';
    counts[key] = (counts[key] ?? 0) + 1;
  }

  expect(counts).toEqual(EXPECTED[file]);
});

it('gives events that CloudTrail Lake takes, with the id of where the record stands', () => {
  const problems = EVENTS.flatMap(({ file, offset, event }) => {
    const violations = findViolations(event.eventData, ACCOUNT);
    const isPlaced = event.id === recordId(originOf({ offset }));
    return violations.length === 0 && isPlaced ? [] : [{ file, offset, violations, isPlaced }];
  });

  expect(EVENTS.length).toBeGreaterThan(400);
  expect(problems).toEqual([]);
});

it('gives each record back whole from what is sent to CloudTrail Lake', () => {
  const changed = EVENTS.filter(({ bytes, event }) => {
    const sent = parseJson(JSON.stringify(event.eventData)) as unknown as EventData;
    const original = parseRecord(bytes) as { record: JsonObject };
    return canonical(rebuildRecord(sent)) !== canonical(original.record);
  });

  expect(changed.map(({ file, offset }) => ({ file, offset }))).toEqual([]);
});

it('omits nothing of any record', () => {
  const omitting = EVENTS.filter(
    ({ event }) => event.eventData.additionalEventData?.['omitted'] !== undefined,
  );

  expect(omitting.map(({ file, offset }) => ({ file, offset }))).toEqual([]);
});

it('maps the same bytes to the same outcome, byte for byte', () => {
  const different = RECORDS.filter(
    ({ bytes, offset, outcome }) => JSON.stringify(mapOne(bytes, { offset })) !== JSON.stringify(outcome),
  );

  expect(different.map(({ file, offset }) => ({ file, offset }))).toEqual([]);
});

it('quotes no word of a rejected record in its message', () => {
  const quoting = REJECTS.filter(({ bytes, message }) => {
    const words =
      Buffer.from(bytes)
        .toString('utf8')
        .match(/[\w-]{8,}/g) ?? [];
    return words.some((word) => message.includes(word));
  });

  expect(REJECTS.length).toBeGreaterThan(200);
  expect(quoting.map(({ file, offset }) => ({ file, offset }))).toEqual([]);
});

it('answers the seed query: storage operations of the activity log come under MICROSOFT.STORAGE', () => {
  const rows = recordsOf('activity/panther_azure_monitor_activity.jsonl')
    .map(({ bytes, offset }) => eventOf(bytes, { offset }).event.eventData)
    .filter(({ eventSource }) => eventSource === 'MICROSOFT.STORAGE')
    .filter(({ eventName, UID }) => eventName.startsWith('MICROSOFT.STORAGE/STORAGEACCOUNTS') && UID !== '');

  expect(rows.length).toBeGreaterThan(10);
  expect(rows.every(({ eventTime }) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(eventTime))).toBe(true);
});

it('gives the two lines of one sign-in, which differ only in `time`, one UID', () => {
  const uids = recordsOf('entra/datadog_managed_identity_sign_in_logs.json').map(
    ({ bytes, offset }) => eventOf(bytes, { offset }).event.eventData.UID,
  );

  expect(uids).toHaveLength(24);
  expect(new Set(uids).size).toBe(23);
});
