import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordsOf } from './corpus-records.ts';
import { mapOne } from './map-one.ts';

const GOLDEN = join(import.meta.dirname, 'golden');
const ACTIVITY = 'activity/otel_activity_all_categories.jsonl';
const RULE_TESTS = 'activity/panther_azure_monitor_activity.jsonl';

/** One real record per category and form: name of the golden file, file of the corpus, a text that only it has. */
const RECORDS: Readonly<Record<string, readonly [file: string, marker: string]>> = {
  'activity-administrative-start': ['activity/armosec_eventhub_capture.jsonl', 'release_2026w30'],
  'activity-administrative-success': ['activity/armosec_eventhub_capture.jsonl', '"durationMs":"61"'],
  'activity-administrative-failure': [RULE_TESTS, '"resultType":"Failed"'],
  'activity-administrative-bodies': [ACTIVITY, '"statusMessage"'],
  'activity-alert': [ACTIVITY, '"category":"Alert"'],
  'activity-autoscale': [ACTIVITY, '"category":"Autoscale"'],
  'activity-policy': [ACTIVITY, '"category":"Policy"'],
  'activity-recommendation': [ACTIVITY, '"category":"Recommendation"'],
  'activity-resource-health': ['activity/msdocs_activity_samples.jsonl', '"category": "ResourceHealth"'],
  'activity-security': [ACTIVITY, '"category":"Security"'],
  'activity-service-health': [ACTIVITY, '"category":"ServiceHealth"'],
  'activity-write': ['activity/msdocs_activity_samples.jsonl', '"category":"Write"'],
  'activity-rest-form': ['activity/rest_form_msdocs.jsonl', ''],
  'activity-sdk-form': ['activity/rest_form_sdk_snakecase_plaso.jsonl', ''],
  'activity-pim': [ACTIVITY, 'PIM activation)"'],
  'activity-pim-expired': [ACTIVITY, 'PIM activation expired'],
  'sign-in-interactive': ['entra/datadog_sign_in_logs.json', ''],
  'sign-in-non-interactive': ['entra/datadog_non_interactive_user_sign_in_logs.json', ''],
  'sign-in-service-principal': ['entra/datadog_service_principal_sign_in_logs.json', ''],
  'sign-in-managed-identity-failure': ['entra/datadog_managed_identity_sign_in_logs.json', '7000232'],
  'sign-in-failure': ['entra/panther_azure_audit.jsonl', '"resultType":"50126"'],
  'directory-audit-by-app': ['entra/datadog_audit_logs.json', '"operationName": "Update user"'],
  'directory-audit-by-user': ['entra/datadog_audit_logs.json', 'User registered security info'],
  'risk-user-state': ['entra/datadog_risky_users_logs.json', ''],
  'risk-user-detection': ['entra/datadog_user_risk_event_logs.json', ''],
  'graph-activity': ['entra/datadog_ms_graph_activity_logs.json', ''],
  'graph-activity-forbidden': ['entra/datadog_ms_graph_activity_logs.json', '"responseStatusCode":403'],
  'storage-oauth-error': ['resource/otel_storage_and_corner_cases.jsonl', 'DelegationSAS'],
  'storage-without-category': [RULE_TESTS, '"operationName":"deleteblob"'],
  'kube-audit': ['resource/datadog_aks_logs.json', ''],
  'flow-log-nsg': ['resource/datadog_networksecuritygroupflowevent_logs.json', ''],
  'flow-log-vnet': ['resource/sumo_blob_fixtures_vnetflowlogs.json', ''],
  'resource-workflow-runtime': ['resource/datadog_workflowruntime_logs.json', ''],
  'resource-nsg-rule-counter': ['resource/msdocs_nsg_rule_counter.jsonl', ''],
  'resource-function-app': ['resource/datadog_function_app_logs_with_usa_short_timestamp.json', ''],
  'resource-api-management': ['resource/otel_storage_and_corner_cases.jsonl', 'GatewayLogs'],
  'resource-identity-as-text': ['resource/otel_storage_and_corner_cases.jsonl', 'John Doe'],
  'reject-not-json': ['resource/datadog_function_app_logs.json', ''],
  'reject-no-event-time': ['o365/panther_m365_audit.jsonl', ''],
};

/** The outcome of a record as a golden file shows it. */
function outcomeOf([file, marker]: readonly [string, string]): string {
  const record = recordsOf(file).find(({ bytes }) => Buffer.from(bytes).includes(marker));
  if (record === undefined) throw new Error(`no record of ${file} has ${marker}`);
  const outcome = mapOne(record.bytes, { offset: record.offset });
  return `${JSON.stringify(outcome, undefined, 2)}\n`;
}

it.each(Object.entries(RECORDS))('maps %s as its golden file shows', (name, record) => {
  const path = join(GOLDEN, `${name}.json`);
  const outcome = outcomeOf(record);
  // `UPDATE_GOLDEN=1 npm test -- tests/mapping/golden` writes them; the diff is then read by a person.
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(path, outcome);
  }

  expect(readFileSync(path, 'utf8')).toBe(outcome);
});

it('has no golden file without a record', () => {
  const files = readdirSync(GOLDEN).sort();

  expect(files).toEqual(
    Object.keys(RECORDS)
      .map((name) => `${name}.json`)
      .sort(),
  );
});
