import { FAMILIES } from '#mapping/choose-family.ts';
import { LOG_TYPES } from '#mapping/log-types.ts';
import { corpusFiles, recordsOf } from './corpus-records.ts';
import { eventOf, mapOne } from './map-one.ts';

const TIME = '2026-11-20T10:00:12Z';
const ENTRA = '/tenants/t/providers/Microsoft.aadiam';

function familyOf(record: object, container = ''): string {
  return eventOf({ time: TIME, ...record }, { container }).family;
}

it.each(FAMILIES.flatMap(({ name, categories }) => categories.map((category) => [category, name])))(
  'finds by category %s a family that knows it (%s)',
  (category) => {
    const { family, drift } = eventOf({
      time: TIME,
      category,
      resourceId: '/providers/Microsoft.KeyVault/vaults/v',
    });

    expect(FAMILIES.find(({ name }) => name === family)?.categories).toContain(category);
    expect(drift).toEqual([]);
  },
);

it.each([
  'entra/datadog_sign_in_logs.json',
  'entra/datadog_managed_identity_sign_in_logs.json',
  'entra/datadog_audit_logs.json',
  'entra/datadog_risky_users_logs.json',
  'entra/datadog_user_risk_event_logs.json',
  'entra/datadog_ms_graph_activity_logs.json',
  'resource/otel_storage_and_corner_cases.jsonl',
  'resource/sumo_blob_fixtures_vnetflowlogs.json',
  'activity/armosec_eventhub_capture.jsonl',
  'activity/otel_activity_all_categories.jsonl',
])('gives the first record of %s the same family in any container', (file) => {
  const [record] = recordsOf(file);
  const family = eventOf(record!.bytes).family;

  for (const container of [
    'insights-activity-logs',
    'insights-operational-logs',
    'insights-logs-auditlogs',
    'x',
  ]) {
    expect(eventOf(record!.bytes, { container }).family).toBe(family);
  }
});

it.each([
  'entra/datadog_sign_in_logs.json',
  'entra/datadog_service_principal_sign_in_logs.json',
  'entra/datadog_audit_logs.json',
  'entra/datadog_risky_users_logs.json',
  'entra/datadog_user_risk_event_logs.json',
  'entra/datadog_ms_graph_activity_logs.json',
  'resource/sumo_blob_fixtures.json',
  'resource/sumo_blob_fixtures_vnetflowlogs.json',
])('knows the records of %s by their shape when no category is there', (file) => {
  for (const { bytes } of recordsOf(file)) {
    const record = JSON.parse(Buffer.from(bytes).toString()) as { category?: string };
    const family = eventOf(record).family;
    delete record.category;

    expect(eventOf(record)).toMatchObject({ family, drift: [{ path: '/category', observed: 'absent' }] });
  }
});

it('takes Intune audits, which share category and container with Entra, for what they are', () => {
  const properties = { AuditEventId: 'a-1', ActivityResultStatus: 1, Actor: { UPN: 'a@b.example' } };

  expect(familyOf({ category: 'AuditLogs', properties }, 'insights-logs-auditlogs')).toBe('intune-audit');
});

it('takes an Entra audit whose category is a name of the activity log for an audit', () => {
  const properties = { activityDateTime: TIME, loggedByService: 'Core Directory', initiatedBy: {} };

  for (const category of ['Policy', 'Security', 'DirectoryManagement']) {
    expect(familyOf({ category, resourceId: ENTRA, properties }, 'insights-activity-logs')).toBe(
      'directory-audit',
    );
  }
});

it('takes PIM records in the Administrative category for PIM', () => {
  expect(familyOf({ category: 'Administrative', properties: { CallerInfo: '[]' } })).toBe('activity-pim');
  expect(
    familyOf({ category: 'Administrative', operationName: 'Add member to role completed (PIM activation)' }),
  ).toBe('activity-pim');
});

it('takes AuditEvent of a service other than Key Vault for a generic record', () => {
  const resourceId = '/subscriptions/s/providers/Microsoft.Attestation/attestationProviders/a';

  expect(familyOf({ category: 'AuditEvent', resourceId }, 'insights-logs-auditevent')).toBe('resource');
});

it('trusts the container only when the record does not tell', () => {
  expect(familyOf({}, 'insights-logs-signinlogs')).toBe('sign-in');
  expect(familyOf({}, 'INSIGHTS-LOGS-StorageRead')).toBe('storage');
  expect(familyOf({ category: 'StorageRead' }, 'insights-logs-signinlogs')).toBe('storage');
  expect(familyOf({ category: 'SomethingNew' }, 'insights-logs-signinlogs')).toBe('resource');
});

it('takes a new category of the activity log for Activity, and reports it', () => {
  const record = { time: TIME, category: 'Novelty', operationName: 'Microsoft.New/things/write' };

  expect(eventOf(record, { container: 'insights-activity-logs' })).toMatchObject({
    family: 'activity',
    drift: [{ family: 'activity', path: '/category', observed: 'unknown value' }],
  });
});

it('takes Resource Manager records without a category for Activity by their identity', () => {
  const identity = { authorization: { scope: '/s' }, claims: { oid: 'o' } };

  expect(familyOf({ operationName: 'Microsoft.Compute/virtualMachines/write', identity })).toBe('activity');
  expect(familyOf({ operationName: 'Microsoft.Compute/virtualMachines/write' })).toBe('resource');
});

it('takes metrics, which have neither category nor operation, for generic records', () => {
  const metric = { count: 1, total: 2, metricName: 'x', timeGrain: 'PT1M', resourceId: '/subscriptions/s' };

  expect(familyOf(metric, 'insights-metrics-pt1m')).toBe('resource');
});

describe('the records of collectors', () => {
  const common = { CreationTime: TIME, RecordType: 25, Operation: 'MemberAdded', Workload: 'MicrosoftTeams' };

  it.each(Object.keys(LOG_TYPES).filter((name) => name.startsWith('office365-')))(
    'have the family of their container, whatever they look like: %s',
    (container) => {
      expect(familyOf(common, container)).toBe(container);
    },
  );

  it.each([
    [{ RecordType: 8 }, 'office365-azureactivedirectory'],
    [{ RecordType: 15 }, 'office365-azureactivedirectory'],
    [{ RecordType: 2 }, 'office365-exchange'],
    [{ RecordType: 50 }, 'office365-exchange'],
    [{ RecordType: 4 }, 'office365-sharepoint'],
    [{ RecordType: 7 }, 'office365-sharepoint'],
    [{ RecordType: 36 }, 'office365-sharepoint'],
    [{ RecordType: 13 }, 'office365-dlp'],
    [{ RecordType: 63 }, 'office365-dlp'],
    [{ RecordType: 1, PolicyDetails: [] }, 'office365-dlp'],
    [{ RecordType: 51 }, 'office365-general'],
    [{ RecordType: 25 }, 'office365-general'],
    [{ RecordType: 9999, Workload: 'OneDrive' }, 'office365-sharepoint'],
    [{ RecordType: 9999, Workload: 'Exchange' }, 'office365-exchange'],
    [{ RecordType: 9999, Workload: 'Novelty' }, 'office365-general'],
    [{ RecordType: 'ExchangeAdmin' }, 'office365-exchange'],
  ])('have in any other container the family of their shape: %p is %s', (members, family) => {
    expect(familyOf({ ...common, ...members })).toBe(family);
    expect(familyOf({ ...common, ...members }, 'insights-logs-auditlogs')).toBe(family);
  });

  const signIn = { id: 's', createdDateTime: TIME, status: { errorCode: 0 } };
  it.each([
    [{ ...signIn, signInEventTypes: ['interactiveUser'] }, 'sign-in', 'User'],
    [{ ...signIn, signInEventTypes: ['servicePrincipal'] }, 'sign-in', 'Application'],
    [{ ...signIn, signInEventTypes: ['managedIdentity'] }, 'sign-in', 'ManagedIdentity'],
    [{ ...signIn, isInteractive: false, servicePrincipalId: 'p' }, 'sign-in', 'Application'],
    [
      { id: 'd', activityDateTime: TIME, activityDisplayName: 'x', initiatedBy: {} },
      'directory-audit',
      'Unknown',
    ],
    [{ id: 'd', riskEventType: 'x', detectedDateTime: TIME }, 'risk', 'User'],
    [{ id: 'u', riskLastUpdatedDateTime: TIME, riskState: 'atRisk' }, 'risk', 'User'],
  ])('of Microsoft Graph are known by their shape: %p is of %s', (record, family, type) => {
    const { event, family: chosen } = eventOf(record);

    expect(chosen).toBe(family);
    expect(event.eventData.userIdentity.type).toBe(type);
  });

  it.each([
    ['entra-signins', 'User'],
    ['entra-signins-noninteractive', 'User'],
    ['entra-signins-serviceprincipal', 'Application'],
    ['entra-signins-managedidentity', 'ManagedIdentity'],
  ])('of %s are of the kind of their container when they do not tell it themselves', (container, type) => {
    const { userIdentity } = eventOf({ id: 's', createdDateTime: TIME }, { container }).event.eventData;

    expect(userIdentity.type).toBe(type);
  });

  it.each(['entra-audits', 'entra-risk-detections', 'entra-risky-users', 'entra-signins'])(
    'without a time are rejects, in %s too',
    (container) => {
      expect(mapOne({ id: 'x' }, { container })).toMatchObject({ reason: 'NO_EVENT_TIME' });
    },
  );

  it('are not what an export wraps, nor a record of another log that has an id', () => {
    const { family } = eventOf({ time: TIME, category: 'SignInLogs', properties: signIn });

    expect(family).toBe('sign-in');
    expect(familyOf({ id: 'x', createdDateTime: TIME })).toBe('resource');
    expect(familyOf({ ...signIn, operationName: 'x' })).toBe('resource');
  });
});

describe('drift', () => {
  it('reports unknown members and kinds by name, never with a value', () => {
    const record = {
      time: TIME,
      category: 'Administrative',
      callerIpAddress: ['10.0.0.1'],
      durationMs: {},
      surprise: 'secret-value',
      'a/b': 1,
    };

    const { drift } = eventOf(record);

    expect(drift).toEqual([
      { family: 'activity', path: '/callerIpAddress', observed: 'array' },
      { family: 'activity', path: '/durationMs', observed: 'object' },
      { family: 'activity', path: '/surprise', observed: 'unknown member' },
      { family: 'activity', path: '/a~1b', observed: 'unknown member' },
    ]);
  });

  it('reports what is new in a record of Microsoft Graph', () => {
    const record = {
      '@odata.type': '#microsoft.graph.signIn',
      id: 's',
      createdDateTime: TIME,
      signInEventTypes: ['interactiveUser', 'somethingNew'],
      riskState: 'unknownFutureValue',
      riskDetail: null,
      agent: {},
    };

    expect(eventOf(record, { container: 'entra-signins' }).drift).toEqual([
      { family: 'sign-in', path: '/signInEventTypes', observed: 'unknown value' },
      { family: 'sign-in', path: '/riskState', observed: 'unknown value' },
      { family: 'sign-in', path: '/agent', observed: 'unknown member' },
    ]);
  });

  it('reports what is new in a record of Office 365', () => {
    const record = {
      CreationTime: TIME,
      RecordType: 9999,
      Operation: 'New-Thing',
      UserType: 42,
      UserId: {},
      Surprise: 'secret-value',
    };

    expect(eventOf(record, { container: 'office365-exchange' }).drift).toEqual([
      { family: 'office365-exchange', path: '/UserId', observed: 'object' },
      { family: 'office365-exchange', path: '/Surprise', observed: 'unknown member' },
      { family: 'office365-exchange', path: '/RecordType', observed: 'unknown value' },
      { family: 'office365-exchange', path: '/UserType', observed: 'unknown value' },
    ]);
  });

  it('takes the members of the many services of Audit.General as they come', () => {
    const record = { CreationTime: TIME, RecordType: 20, Operation: 'ViewReport', DatasetName: 'd' };

    expect(eventOf(record, { container: 'office365-general' }).drift).toEqual([]);
  });

  it('is empty for the records that Microsoft documents for the collectors', () => {
    const drifting = corpusFiles()
      .filter((file) => /^(?:graph|o365)\/(?!panther)/.test(file))
      .flatMap(recordsOf)
      .flatMap(({ bytes }) => eventOf(bytes).drift);

    expect(drifting).toEqual([]);
  });

  it('is empty for the records that Azure writes today', () => {
    const drifting = ['activity/armosec_eventhub_capture.jsonl', 'entra/datadog_sign_in_logs.json']
      .concat('entra/datadog_audit_logs.json', 'entra/datadog_ms_graph_activity_logs.json')
      .flatMap(recordsOf)
      .flatMap(({ bytes }) => eventOf(bytes).drift);

    expect(drifting).toEqual([]);
  });
});
