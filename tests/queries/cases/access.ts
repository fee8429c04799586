import { NOBODY, type QueryCase } from './case.ts';

const SUBSCRIPTION = '/subscriptions/12345678-1234-1234-1234-123456789abc';

/** Questions about who may do what, and about keys. */
export const ACCESS_CASES: readonly QueryCase[] = [
  {
    name: 'role-assignments',
    columns: ['eventTime', 'who', 'operation', 'role', 'assignee', 'scope', 'justification', 'outcome'],
    total: 13,
    rows: {
      'a PIM activation with its reason': {
        eventTime: '2026-04-11 21:23:30.000',
        who: 'user@example.com',
        operation: 'ADD MEMBER TO ROLE COMPLETED (PIM ACTIVATION)',
        role: 'Storage Blob Data Contributor',
        assignee: 'User LastName',
        scope: '/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001',
        justification: 'I need access to complete my task.',
        outcome: 'Success',
      },
      'an Owner of a subscription': {
        eventTime: '2024-12-17 10:30:00.000',
        who: NOBODY,
        operation: 'MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE',
        role: '/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
        assignee: '770797c4-e05a-43f9-bda2-1f1f379987ae',
        scope: SUBSCRIPTION,
      },
      'a role of the directory': {
        eventTime: '2024-12-16 16:32:16.000',
        who: 'Radahn@Starscourge.onmicrosoft.com',
        operation: 'ADD MEMBER TO ROLE IN PIM COMPLETED (PERMANENT)',
        role: 'Application Administrator',
        assignee: 'Malenia',
        justification: 'test assign',
        outcome: 'Success',
      },
      'a role that stands among the changes': {
        who: 'ann@example.com',
        operation: 'ADD MEMBER TO ROLE',
        role: 'Global Administrator',
        assignee: 'bob@example.com',
      },
      'a role that was taken': {
        operation: 'DELETE ROLE ASSIGNMENT',
        who: 'secadmin@company.com',
        role: 'Reader',
        assignee: 'former@company.com',
        scope: '/subscriptions/sub-def',
      },
      'elevated access, in Azure': {
        who: 'attacker@example.com',
        operation: 'MICROSOFT.AUTHORIZATION/ELEVATEACCESS/ACTION',
        scope: '/providers/Microsoft.Authorization',
      },
      'elevated access, in the directory': {
        who: 'denethor@lotr.com',
        operation: 'USER HAS ELEVATED THEIR ACCESS TO USER ACCESS ADMINISTRATOR FOR THEIR AZURE RESOURCES',
        role: null,
      },
    },
    without: { 'a role of an application': { operation: 'ADD APP ROLE ASSIGNMENT TO SERVICE PRINCIPAL' } },
  },
  {
    name: 'key-and-secret-reads',
    columns: [
      'who',
      'app_id',
      'operation',
      'what',
      'reads',
      'refused',
      'addresses',
      'first_time',
      'last_time',
    ],
    total: 13,
    rows: {
      'a secret, once granted and once refused': {
        who: 'ann@example.com',
        app_id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
        operation: 'SECRETGET',
        what: 'https://payroll.vault.azure.net/secrets/db/1',
        reads: '2',
        refused: '1',
        addresses: '203.0.113.20',
        first_time: '2026-09-01 07:00:00.000',
        last_time: '2026-09-01 07:05:00.000',
      },
      'a key that opened another': { operation: 'KEYUNWRAP', reads: '1', refused: '0' },
      'keys of a storage account': {
        who: 'denethor@lotr.com',
        operation: 'MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION',
        what: `${SUBSCRIPTION}/resourceGroups/prod-rg/providers/Microsoft.Storage/storageAccounts/prodstorage123`,
        refused: '0',
        addresses: '1.1.1.1',
      },
      'keys of a storage account that were refused': {
        operation: 'MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION',
        refused: '1',
        addresses: '3.3.3.3',
      },
      'a certificate by Resource Manager': {
        who: '12345678-1234-1234-1234-123456789abc',
        operation: 'MICROSOFT.KEYVAULT/VAULTS/CERTIFICATES/READ',
      },
    },
    without: {
      'the vault itself': { operation: 'VAULTGET' },
      'a new key': { operation: 'MICROSOFT.KEYVAULT/VAULTS/KEYS/WRITE' },
      'a storage account': { operation: 'MICROSOFT.STORAGE/STORAGEACCOUNTS/READ' },
    },
  },
  {
    name: 'applications-and-consents',
    columns: ['eventTime', 'who', 'operation', 'target', 'changes', 'address', 'outcome'],
    total: 4,
    rows: {
      'a new application': {
        eventTime: '2025-01-15 15:05:25.000',
        who: 'cloudadmin@company.com',
        operation: 'ADD SERVICE PRINCIPAL',
        target: 'New Automation Service',
        changes: null,
        address: '192.0.2.250',
        outcome: 'Success',
      },
      'a new secret of an application': {
        who: 'frodo@lotr.com',
        operation: 'ADD SERVICE PRINCIPAL CREDENTIALS',
        target: 'Production API Service',
        changes: '{"KeyDescription":"Client Secret for API Access","KeyType":"Password"}',
      },
      'an administrator’s consent, with its permissions': {
        who: 'ann@example.com',
        operation: 'CONSENT TO APPLICATION',
        target: 'Mail Helper',
        changes:
          '{"ConsentContext.IsAdminConsent":"True","ConsentAction.Permissions":"[] => [[ConsentType: AllPrincipals, Scope: Mail.Read offline_access]]"}',
      },
      'a permission of an application': {
        operation: 'ADD APP ROLE ASSIGNMENT TO SERVICE PRINCIPAL',
        target: 'Microsoft Graph',
        changes:
          '{"AppRole.Value":"RoleManagement.ReadWrite.Directory","ServicePrincipal.DisplayName":"Mail Helper"}',
      },
    },
    without: { 'a password that an app asks for': { operation: 'CREATE APPLICATION PASSWORD FOR USER' } },
  },
];
