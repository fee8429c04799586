import type { JsonObject } from '#mapping/audit-event.ts';
import { eventDataOf } from '../map-one.ts';

const TIME = '2026-11-20T10:00:12Z';

describe('directory audits', () => {
  const audit = (properties: JsonObject, members: JsonObject = {}): ReturnType<typeof eventDataOf> =>
    eventDataOf({ time: TIME, category: 'AuditLogs', ...members, properties });

  it.each([
    ['a user', { user: { id: 'u', userPrincipalName: 'a@b.example' } }, 'User', 'u'],
    ['a user without id', { user: { id: null, userPrincipalName: 'a@b.example' } }, 'User', 'a@b.example'],
    ['an application', { app: { servicePrincipalId: 's', displayName: 'X' } }, 'Application', 's'],
    ['nobody', {}, 'Unknown', 'unknown (record names no principal)'],
  ])('name %s', (_case, initiatedBy, type, principalId) => {
    expect(audit({ initiatedBy }).userIdentity).toMatchObject({ type, principalId });
  });

  it.each([
    ['success', undefined],
    ['failure', 'failure'],
    ['failed', 'failed'],
    ['timeout', 'timeout'],
  ])('with result %s have error code %p', (result, errorCode) => {
    const eventData = audit({ result, resultReason: 'why' });

    expect(eventData.errorCode).toBe(errorCode);
    expect(eventData.errorMessage).toBe(errorCode === undefined ? undefined : 'why');
  });

  it('take the user agent from the details when it stands only there', () => {
    const additionalDetails = [{ key: 'User-Agent', value: 'curl/8' }];

    expect(audit({ userAgent: null, additionalDetails }).userAgent).toBe('curl/8');
  });

  it('name the first target, and let SQL reach the changed values', () => {
    const targetResources = [
      {
        id: 't',
        type: 'User',
        userPrincipalName: 't@b.example',
        modifiedProperties: [{ displayName: 'X', oldValue: '[]', newValue: '"new"' }],
      },
    ];

    const { requestParameters, additionalEventData } = audit({ targetResources });

    expect(requestParameters).toMatchObject({
      target: 't@b.example',
      resource: 'User',
      properties: { targetResources: [{ modifiedProperties: [{ oldValue: [], newValue: 'new' }] }] },
    });
    expect(additionalEventData?.['parsed']).toEqual([
      '/properties/targetResources/0/modifiedProperties/0/oldValue',
      '/properties/targetResources/0/modifiedProperties/0/newValue',
    ]);
  });
});
