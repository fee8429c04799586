import type { JsonObject } from '#mapping/audit-event.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { recordsOf } from './corpus-records.ts';
import { administrative, canonical, eventDataOf, eventOf } from './map-one.ts';

const TIME = '2026-11-20T10:00:12.1234567Z';

/** Maps a record that must be kept whole and returns its event data. */
function keptOf(record: JsonObject): ReturnType<typeof eventDataOf> {
  const eventData = eventDataOf(record);
  expect(canonical(rebuildRecord(eventData))).toBe(canonical(record));
  return eventData;
}

describe('operation and category', () => {
  it('an operation without a slash takes its source from the resource', () => {
    const eventData = keptOf({
      time: TIME,
      operationName: 'GetBlob',
      category: 'StorageRead',
      resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a',
    });

    expect(eventData).toMatchObject({ eventSource: 'MICROSOFT.STORAGE', eventName: 'GETBLOB' });
  });

  it('the innermost provider of a resource counts', () => {
    const eventData = keptOf({
      time: TIME,
      operationName: 'sentence without provider',
      category: 'Other',
      resourceId:
        '/subscriptions/s/providers/Microsoft.KeyVault/vaults/v/providers/Microsoft.Authorization/roleAssignments/r',
    });

    expect(eventData.eventSource).toBe('MICROSOFT.AUTHORIZATION');
  });

  it.each([
    '/tenants/t/providers/Microsoft.aadiam',
    '/TENANTS/T/PROVIDERS/MICROSOFT.AADIAM',
    '/TeNaNtS/t/pRoViDeRs/microsoft.aadiam',
    '/tenants/t/providers/Microsoft.aadiam/',
  ])('the tenant form %s names Entra', (resourceId) => {
    const eventData = keptOf({ time: TIME, operationName: 'Update user', category: 'AuditLogs', resourceId });

    expect(eventData).toMatchObject({
      eventSource: 'MICROSOFT.AADIAM',
      additionalEventData: { tenantId: 't' },
    });
  });

  it('a record that names no operation and no source says so', () => {
    const eventData = keptOf({ time: TIME });

    expect(eventData).toMatchObject({
      eventSource: 'unknown (record names no source)',
      eventName: 'unknown (record names no operation)',
      userIdentity: { type: 'Unknown', principalId: 'unknown (record names no principal)' },
    });
  });

  it('a record that names only its category takes the source from it', () => {
    expect(keptOf({ time: TIME, category: 'GatewayLogs' }).eventSource).toBe('AZURE.GATEWAYLOGS');
  });

  it('the letter case of the operation is kept beside the event name', () => {
    const eventData = keptOf(
      administrative({ operationName: 'Microsoft.Compute/virtualMachines/start/action' }),
    );

    expect(eventData.eventName).toBe('MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION');
    expect(eventData.additionalEventData?.['eventName']).toBe(
      'Microsoft.Compute/virtualMachines/start/action',
    );
  });

  it('the REST form, with objects for operation, category and status, is the same event', () => {
    const [record] = recordsOf('activity/rest_form_msdocs.jsonl');

    const { event, family } = eventOf(record!.bytes);

    expect(family).toBe('activity');
    expect(event.eventData).toMatchObject({
      eventName: 'MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/WRITE',
      eventSource: 'MICROSOFT.NETWORK',
      eventTime: '2018-01-29T20:42:31Z',
      UID: 'aaaa0a0a-bb1b-cc2c-dd3d-eeeeee4e4e4e',
      userIdentity: { type: 'User', principalId: 'f409edeb-4d29-44b5-9763-ee9348ad91bb' },
      responseElements: { outcome: 'Success' },
    });
  });

  it('the snake_case form of the Python SDK is the same event', () => {
    const [record] = recordsOf('activity/rest_form_sdk_snakecase_plaso.jsonl');

    const { event, family } = eventOf(record!.bytes);

    expect(family).toBe('activity');
    expect(event.eventData).toMatchObject({
      eventName: 'MICROSOFT.COMPUTE/DISKS/DELETE',
      eventTime: '2022-02-09T03:04:54Z',
      UID: '587eda65-125e-48c2-9b04-ab5e8d3a1d8e',
      sourceIPAddress: '1.2.3.4',
      userIdentity: { type: 'Application' },
      requestParameters: { method: 'DELETE', resourceGroup: 'test-resource-group' },
    });
  });

  it('members in lower case are read too', () => {
    const record = recordsOf('entra/panther_azure_audit.jsonl').find(({ bytes }) =>
      Buffer.from(bytes).includes('"calleripaddress":"12.12.12.12"'),
    );

    expect(eventDataOf(record!.bytes)).toMatchObject({
      eventName: 'SIGN-IN ACTIVITY',
      eventTime: '2023-07-26T22:58:30Z',
      sourceIPAddress: '12.12.12.12',
      errorCode: '7000215',
    });
  });
});
