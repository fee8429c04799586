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
  'graph-sign-in-interactive': ['graph/msdocs_sign_ins_beta.jsonl', ''],
  'graph-sign-in-non-interactive-failure': ['graph/synthetic_sign_ins_beta.jsonl', 'nonInteractiveUser'],
  'graph-sign-in-service-principal': ['graph/synthetic_sign_ins_beta.jsonl', '"servicePrincipal"'],
  'graph-sign-in-managed-identity': ['graph/synthetic_sign_ins_beta.jsonl', 'managedIdentity'],
  'graph-directory-audit': ['graph/msdocs_directory_audits.jsonl', 'wingtiptoys'],
  'graph-risk-detection': ['graph/msdocs_risk_detections.jsonl', ''],
  'graph-risk-detection-updated': ['graph/synthetic_risk_detections.jsonl', 'remediated'],
  'graph-risky-user': ['graph/synthetic_risky_users.jsonl', ''],
  'office365-logon-failed': ['o365/panther_m365_audit.jsonl', 'UserLoginFailed'],
  'office365-logon': ['o365/panther_m365_audit.jsonl', 'UserLoggedIn'],
  'office365-account-logon-failed': ['o365/msdocs_azureactivedirectory.jsonl', 'PP_E_BAD_PASSWORD'],
  'office365-directory-by-user': ['o365/msdocs_azureactivedirectory.jsonl', 'Add User.'],
  'office365-directory-by-app': ['o365/panther_m365_audit.jsonl', 'StrongAuthenticationMethod'],
  'office365-exchange-admin': ['o365/synthetic_exchange.jsonl', 'Set-Mailbox'],
  'office365-exchange-admin-lower-case': ['o365/panther_m365_audit.jsonl', 'New-InboxRule'],
  'office365-exchange-mailbox': ['o365/synthetic_exchange.jsonl', 'MailItemsAccessed'],
  'office365-sharepoint-sharing': ['o365/panther_m365_audit.jsonl', 'AddedToSecureLink'],
  'office365-teams': ['o365/synthetic_teams.jsonl', ''],
  'office365-aip-label': ['o365/msdocs_aip.jsonl', 'SensitivityLabelApplied'],
  'office365-dlp': ['o365/synthetic_dlp.jsonl', ''],
  'reject-not-json': ['resource/datadog_function_app_logs.json', ''],
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
