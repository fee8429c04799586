/** A record of our own, and the container it would come from. */
export interface WrittenRecord {
  readonly container: string;
  readonly record: object;
}

const SUBSCRIPTION = '/SUBSCRIPTIONS/0B1F6471-1BF0-4DDA-AEC3-CB9272F09590';
const VAULT = `${SUBSCRIPTION}/RESOURCEGROUPS/KEYS/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/PAYROLL`;
const OID = 'http://schemas.microsoft.com/identity/claims/objectidentifier';
const UPN = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn';
const ANN = { [OID]: 'a8a5c2b1-0000-4000-8000-000000000001', [UPN]: 'ann@example.com', name: 'Ann' };

/** https://learn.microsoft.com/azure/key-vault/general/logging#interpret-your-key-vault-logs */
function vaultRecord(operationName: string, time: string, http: number, id: string): WrittenRecord {
  return {
    container: 'insights-logs-auditevent',
    record: {
      time,
      resourceId: VAULT,
      operationName,
      operationVersion: '7.4',
      category: 'AuditEvent',
      resultType: 'Success',
      resultSignature: http === 200 ? 'OK' : 'Forbidden',
      resultDescription: http === 200 ? '' : 'Caller is not authorized to perform action.',
      durationMs: '14',
      callerIpAddress: '203.0.113.20',
      correlationId: '',
      identity: { claim: { ...ANN, appid: '04b07795-8ddb-461a-bbee-02f9e1bf7b46' } },
      properties: { clientInfo: 'azure-cli', requestUri: `${id}?api-version=7.4`, id, httpStatusCode: http },
    },
  };
}

/** https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema, body as of the REST API for rules. */
function ruleWrite(resultType: string): WrittenRecord {
  const resourceId = `${SUBSCRIPTION}/RESOURCEGROUPS/WEB/PROVIDERS/MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/FRONT/SECURITYRULES/RDP`;
  return {
    container: 'insights-activity-logs',
    record: {
      time: '2026-09-02T08:15:00.1234567Z',
      resourceId,
      operationName: 'MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/SECURITYRULES/WRITE',
      category: 'Administrative',
      resultType,
      resultSignature: resultType === 'Start' ? 'Started.' : 'Succeeded.OK',
      callerIpAddress: '203.0.113.20',
      correlationId: '5c0e6cfd-6c3a-4b3e-8f5e-0d4c6d7f0001',
      identity: {
        authorization: {
          scope: resourceId,
          action: 'Microsoft.Network/networkSecurityGroups/securityRules/write',
        },
        claims: ANN,
      },
      properties: {
        requestbody: JSON.stringify({
          properties: {
            protocol: 'Tcp',
            sourcePortRange: '*',
            destinationPortRange: '3389',
            sourceAddressPrefix: 'Internet',
            destinationAddressPrefix: '*',
            access: 'Allow',
            priority: 100,
            direction: 'Inbound',
          },
        }),
      },
    },
  };
}

/** https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities, as Entra exports its audits. */
function applicationAudit(
  activity: string,
  id: string,
  time: string,
  target: object,
  modifiedProperties: readonly object[],
): WrittenRecord {
  return {
    container: 'insights-logs-auditlogs',
    record: {
      time,
      resourceId: '/tenants/4d3bac44-0230-4732-9e70-cc00736f0a97/providers/Microsoft.aadiam',
      operationName: activity,
      operationVersion: '1.0',
      category: 'AuditLogs',
      tenantId: '4d3bac44-0230-4732-9e70-cc00736f0a97',
      resultSignature: 'None',
      callerIpAddress: '203.0.113.20',
      identity: 'Ann',
      Level: 4,
      properties: {
        id,
        category: 'ApplicationManagement',
        result: 'success',
        activityDisplayName: activity,
        activityDateTime: time,
        loggedByService: 'Core Directory',
        operationType: 'Assign',
        initiatedBy: { user: { id: ANN[OID], displayName: 'Ann', userPrincipalName: 'ann@example.com' } },
        targetResources: [{ type: 'ServicePrincipal', modifiedProperties, ...target }],
        additionalDetails: [],
      },
    },
  };
}

/** https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs; the event is Kubernetes' audit.k8s.io/v1. */
const PODS_DELETED: WrittenRecord = {
  container: 'insights-logs-kube-audit-admin',
  record: {
    time: '2026-09-04T10:00:00Z',
    category: 'kube-audit-admin',
    operationName: 'Microsoft.ContainerService/managedClusters/diagnosticLogs/Read',
    resourceId: `${SUBSCRIPTION}/RESOURCEGROUPS/WEB/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/SHOP`,
    properties: {
      log: JSON.stringify({
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        stage: 'ResponseComplete',
        requestURI: '/api/v1/namespaces/shop/pods',
        verb: 'deletecollection',
        user: { username: 'ann@example.com', groups: ['system:authenticated'] },
        sourceIPs: ['203.0.113.20'],
        objectRef: { resource: 'pods', namespace: 'shop', apiVersion: 'v1' },
        responseStatus: { code: 200 },
      }),
      stream: 'stdout',
      pod: 'kube-apiserver-1',
    },
  },
};

/** https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#sharepoint-file-operations */
const FILE_DELETED: WrittenRecord = {
  container: 'office365-sharepoint',
  record: {
    CreationTime: '2026-09-05T10:00:00',
    Id: '5f3a6f0e-0000-4000-8000-08dd00000001',
    Operation: 'FileDeleted',
    OrganizationId: '4d3bac44-0230-4732-9e70-cc00736f0a97',
    RecordType: 6,
    UserType: 0,
    UserKey: 'i:0h.f|membership|1003200000000001@live.com',
    Version: 1,
    Workload: 'SharePoint',
    ClientIP: '203.0.113.20',
    ObjectId: 'https://contoso.sharepoint.com/sites/pay/Shared Documents/payroll.xlsx',
    UserId: 'ann@example.com',
    EventSource: 'SharePoint',
    ItemType: 'File',
    SiteUrl: 'https://contoso.sharepoint.com/sites/pay/',
    SourceFileExtension: 'xlsx',
    SourceFileName: 'payroll.xlsx',
    SourceRelativeUrl: 'Shared Documents',
  },
};

/** As Entra writes "Add member to role" of its core directory: the role stands among the changes. */
const ROLE_GIVEN = applicationAudit(
  'Add member to role',
  'Directory_role_2',
  '2026-09-03T13:00:00.1234567Z',
  { type: 'User', id: 'b0b00000-0000-4000-8000-000000000001', userPrincipalName: 'bob@example.com' },
  [
    { displayName: 'Role.ObjectID', oldValue: null, newValue: '"62e90394-69f5-4237-9190-012177145e10"' },
    { displayName: 'Role.DisplayName', oldValue: null, newValue: '"Global Administrator"' },
  ],
);

/**
 * Records that the corpus has none of, written from the documented shapes: a key vault's own log, a security rule with
 * its request, consents, a role of the directory, and deletions
 * inside a cluster and of a file.
 */
export const WRITTEN_RECORDS: readonly WrittenRecord[] = [
  vaultRecord(
    'SecretGet',
    '2026-09-01T07:00:00.0000000Z',
    200,
    'https://payroll.vault.azure.net/secrets/db/1',
  ),
  vaultRecord(
    'SecretGet',
    '2026-09-01T07:05:00.0000000Z',
    403,
    'https://payroll.vault.azure.net/secrets/db/1',
  ),
  vaultRecord('KeyUnwrap', '2026-09-01T08:00:00.0000000Z', 200, 'https://payroll.vault.azure.net/keys/disk'),
  vaultRecord(
    'SecretDelete',
    '2026-09-01T09:00:00.0000000Z',
    200,
    'https://payroll.vault.azure.net/secrets/db',
  ),
  vaultRecord('VaultGet', '2026-09-01T09:30:00.0000000Z', 200, 'https://payroll.vault.azure.net/'),
  ruleWrite('Start'),
  ruleWrite('Success'),
  applicationAudit(
    'Consent to application',
    'Directory_consent_1',
    '2026-09-03T12:00:00.1234567Z',
    { id: 'c0ffee00-0000-4000-8000-000000000001', displayName: 'Mail Helper' },
    [
      { displayName: 'ConsentContext.IsAdminConsent', oldValue: null, newValue: '"True"' },
      {
        displayName: 'ConsentAction.Permissions',
        oldValue: '""',
        newValue: '"[] => [[ConsentType: AllPrincipals, Scope: Mail.Read offline_access]]"',
      },
    ],
  ),
  applicationAudit(
    'Add app role assignment to service principal',
    'Directory_role_1',
    '2026-09-03T12:00:05.1234567Z',
    { id: 'c0ffee00-0000-4000-8000-000000000002', displayName: 'Microsoft Graph' },
    [
      { displayName: 'AppRole.Value', oldValue: null, newValue: '"RoleManagement.ReadWrite.Directory"' },
      { displayName: 'ServicePrincipal.DisplayName', oldValue: null, newValue: '"Mail Helper"' },
    ],
  ),
  ROLE_GIVEN,
  PODS_DELETED,
  FILE_DELETED,
];
