import { NOBODY, type QueryCase } from './case.ts';

const SUBSCRIPTION = '/subscriptions/12345678-1234-1234-1234-123456789abc';

/** Questions about what was done. */
export const ACTIVITY_CASES: readonly QueryCase[] = [
  {
    name: 'storage-accounts',
    columns: ['uid', 'eventName', 'sourceipaddress', 'recipientaccountid', 'eventtime'],
    total: 45,
    rows: {
      'keys that were listed': {
        uid: 'sha256:ce3db396474089d70d28a62f3e3f5dbd69f0d7d9d6de80ae1302c5c78e042910',
        eventName: 'MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION',
        sourceipaddress: '1.1.1.1',
        recipientaccountid: '111122223333',
        eventtime: '2024-12-24T10:30:00Z',
      },
      'an account that was deleted': {
        uid: 'sha256:cfae29f27f694ad6183c106e669c35683c347b5fb818a1a8f2318db17dca2e57',
        eventName: 'MICROSOFT.STORAGE/STORAGEACCOUNTS/DELETE',
        sourceipaddress: '7.7.7.7',
      },
    },
    without: { 'requests to blobs': { eventName: 'GETBLOB' } },
  },
  {
    name: 'changes',
    columns: ['eventTime', 'who', 'kind', 'operation', 'what', 'how', 'address'],
    total: 228,
    rows: {
      'a deleted lock': {
        eventTime: '2025-01-27 14:23:00.000',
        who: 'compromised-admin@company.com',
        kind: 'User',
        operation: 'MICROSOFT.AUTHORIZATION/LOCKS/DELETE',
        what: `${SUBSCRIPTION}/resourceGroups/critical-data-rg/providers/Microsoft.Storage/storageAccounts/criticaldata001/providers/Microsoft.Authorization/locks/DoNotDelete`,
        address: '203.0.113.42',
      },
      'an application as the one who acts': {
        who: '87654321-4321-4321-4321-123456789abc',
        kind: 'Application',
        operation: 'MICROSOFT.KEYVAULT/VAULTS/KEYS/RECOVER/ACTION',
      },
      'a PIM activation': {
        eventTime: '2026-04-11 21:23:30.000',
        who: 'user@example.com',
        operation: 'ADD MEMBER TO ROLE COMPLETED (PIM ACTIVATION)',
        what: 'User LastName',
      },
      'PIM itself, which ends it': {
        who: 'AzureADPIM',
        kind: 'Platform',
        operation: 'REMOVE MEMBER FROM ROLE (PIM ACTIVATION EXPIRED)',
      },
      'a policy of the directory': {
        who: 'aragorn@lotr.com',
        operation: 'DELETE CONDITIONAL ACCESS POLICY',
        what: 'Outside MFA',
      },
      'mail that is forwarded to somebody else from now on': {
        eventTime: '2026-11-19 10:11:12.000',
        who: 'admin@contoso.onmicrosoft.com',
        operation: 'SET-MAILBOX',
        what: 'user001',
        how: '{"Identity":"user001","ForwardingSmtpAddress":"smtp:x@example.org","DeliverToMailboxAndForward":"True"}',
      },
      'a user whom Office 365 tells of': { operation: 'ADD USER.', what: 'user001@contoso.onmicrosoft.com' },
    },
    without: {
      'mail that was read': { operation: 'MAILITEMSACCESSED' },
      'a sign-in that Office 365 tells of': { operation: 'USERLOGGEDIN' },
      'keys that were listed': { operation: 'MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION' },
      'a secret that was read': { operation: 'MICROSOFT.KEYVAULT/VAULTS/SECRETS/GETSECRET/ACTION' },
      'a scan for compliance': { operation: 'MICROSOFT.AUTHORIZATION/POLICIES/AUDIT/ACTION' },
      'a change that failed': {
        what: `${SUBSCRIPTION}/resourceGroups/protected-rg/providers/Microsoft.Authorization/locks/CriticalLock`,
      },
    },
  },
  {
    name: 'failed-operations',
    columns: ['who', 'operation', 'code', 'last_message', 'failures', 'addresses', 'first_time', 'last_time'],
    total: 26,
    rows: {
      'an application with a wrong secret, six times': {
        who: 'some-service-principal',
        operation: 'SIGN-IN ACTIVITY',
        code: '7000215',
        last_message: null,
        failures: '6',
        addresses: '1',
        first_time: '2023-07-26 22:58:30.000',
        last_time: '2023-07-26 22:58:30.000',
      },
      'a lock that was not deleted': {
        who: NOBODY,
        operation: 'MICROSOFT.AUTHORIZATION/LOCKS/DELETE',
        code: '403',
        failures: '1',
      },
      'a secret that was refused, which Azure calls a success': {
        who: 'ann@example.com',
        operation: 'SECRETGET',
        code: 'Forbidden',
        last_message: 'Caller is not authorized to perform action.',
        failures: '1',
      },
      'a request to Microsoft Graph': {
        who: 'b4083b50-8724-4567-aa4b-480bbf905dd8',
        operation: 'MICROSOFT GRAPH ACTIVITY',
        code: '403',
      },
    },
  },
  {
    name: 'network-security-changes',
    columns: [
      'eventTime',
      'who',
      'operation',
      'what',
      'access',
      'direction',
      'source',
      'ports',
      'address',
      'outcome',
    ],
    total: 21,
    rows: {
      'a rule with what it allows': {
        eventTime: '2026-09-02 08:15:00.000',
        who: 'ann@example.com',
        operation: 'MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/SECURITYRULES/WRITE',
        access: 'Allow',
        direction: 'Inbound',
        source: 'Internet',
        ports: '3389',
        address: '203.0.113.20',
        outcome: 'Success',
      },
      'a rule of which Azure did not record the request': {
        eventTime: '2024-12-17 14:00:00.000',
        operation: 'MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/SECURITYRULES/WRITE',
        what: `${SUBSCRIPTION}/resourceGroups/myresourcegroup/providers/Microsoft.Network/networkSecurityGroups/mynsg/securityRules/AllowRDP`,
        access: null,
        address: '4.4.4.4',
      },
      'a capture of packets': {
        eventTime: '2025-12-22 10:30:00.000',
        operation: 'MICROSOFT.NETWORK/NETWORKWATCHERS/STARTPACKETCAPTURE/ACTION',
      },
      'a firewall policy that went': {
        eventTime: '2025-12-22 11:15:00.000',
        operation: 'MICROSOFT.NETWORK/FIREWALLPOLICIES/DELETE',
      },
    },
    without: {
      'a network that was read': { operation: 'MICROSOFT.NETWORK/VIRTUALNETWORKS/READ' },
      'a machine that joined': { operation: 'MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/JOIN/ACTION' },
      'flows of traffic': { operation: 'FLOWLOGFLOWEVENT' },
      'a change that has only begun': { outcome: null },
    },
  },
  {
    name: 'deletions',
    columns: ['eventTime', 'who', 'operation', 'what', 'address', 'outcome'],
    total: 73,
    rows: {
      'a resource group': {
        eventTime: '2024-12-17 11:45:00.000',
        operation: 'MICROSOFT.RESOURCES/SUBSCRIPTIONS/RESOURCEGROUPS/DELETE',
        what: `${SUBSCRIPTION}/resourceGroups/prod-rg`,
        address: '1.2.3.4',
        outcome: 'Success',
      },
      'a vault that was purged': {
        operation: 'MICROSOFT.KEYVAULT/LOCATIONS/DELETEDVAULTS/PURGE/ACTION',
        what: `${SUBSCRIPTION}/providers/Microsoft.KeyVault/locations/westus/deletedVaults/prodvault`,
      },
      'a blob': {
        operation: 'DELETEBLOB',
        what: '/mystorageaccount/corporate-files/documents/board_meeting_notes.docx',
        address: '5.5.5.5',
      },
      'a policy of the directory': {
        who: 'aragorn@lotr.com',
        operation: 'DELETE CONDITIONAL ACCESS POLICY',
        what: 'Outside MFA',
      },
      'a secret': { operation: 'SECRETDELETE', what: 'https://payroll.vault.azure.net/secrets/db' },
      'pods of a cluster': {
        who: 'ann@example.com',
        operation: 'deletecollection',
        what: '/api/v1/namespaces/shop/pods',
        outcome: 'Success',
      },
      'a file of SharePoint, which tells no outcome': {
        who: 'ann@example.com',
        operation: 'FILEDELETED',
        what: 'https://contoso.sharepoint.com/sites/pay/Shared Documents/payroll.xlsx',
        outcome: null,
      },
      'a lock that withstood': {
        operation: 'MICROSOFT.AUTHORIZATION/LOCKS/DELETE',
        outcome: 'Failure',
      },
    },
    without: {
      'a deletion that has only begun': { operation: 'MICROSOFT.COMPUTE/DISKS/DELETE', outcome: null },
    },
  },
];
