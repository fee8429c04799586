import { eventDataOf } from '../map-one.ts';

const TIME = '2026-11-20T10:00:12Z';

describe('risk', () => {
  it.each([
    ['UserRiskEvents', { id: 'd', userId: 'u' }, 'User', 'u'],
    ['RiskyUsers', { id: 'u' }, 'User', 'u'],
    ['ServicePrincipalRiskEvents', { id: 'd', servicePrincipalId: 's', appId: 'a' }, 'Application', 's'],
    ['RiskyServicePrincipals', { id: 's', appId: 'a' }, 'Application', 's'],
    ['UserRiskEvents', { id: 'd' }, 'User', 'unknown (record names no principal)'],
  ])('%s names whom it is about', (category, properties, type, principalId) => {
    const eventData = eventDataOf({ time: TIME, category, properties });

    expect(eventData.userIdentity).toMatchObject({ type, principalId });
    expect(eventData).not.toHaveProperty('errorCode');
  });
});
