import type { JsonObject } from '#mapping/audit-event.ts';
import { eventDataOf } from '../map-one.ts';

const TIME = '2026-11-20T10:00:12Z';
const OID = 'http://schemas.microsoft.com/identity/claims/objectidentifier';
const UPN = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn';

describe('Key Vault', () => {
  const vault = (members: JsonObject, properties: JsonObject = {}): ReturnType<typeof eventDataOf> =>
    eventDataOf({
      time: TIME,
      category: 'AuditEvent',
      operationName: 'SecretGet',
      resourceId: '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/V',
      resultType: 'Success',
      identity: { claim: { [OID]: 'o', appid: 'a', [UPN]: 'a@b.example' } },
      ...members,
      properties,
    });

  it('fails by its HTTP status, though it says Success', () => {
    const eventData = vault(
      { resultSignature: 'Forbidden', resultDescription: 'No.' },
      { httpStatusCode: 403 },
    );

    expect(eventData).toMatchObject({
      errorCode: 'Forbidden',
      errorMessage: 'No.',
      responseElements: { outcome: 'Failure', httpStatus: '403' },
    });
  });

  it('succeeds below 400', () => {
    expect(vault({ resultSignature: 'OK' }, { httpStatusCode: 200 })).not.toHaveProperty('errorCode');
  });

  it('reads the singular claim, the client and the secret', () => {
    const id = 'https://v.vault.azure.net/secrets/s';

    expect(vault({}, { id, clientInfo: 'azure-cli/2' })).toMatchObject({
      eventSource: 'MICROSOFT.KEYVAULT',
      eventName: 'SECRETGET',
      userAgent: 'azure-cli/2',
      userIdentity: { type: 'User', principalId: 'o' },
      requestParameters: { resource: id, resourceGroup: 'g' },
    });
  });
});
