import type { JsonObject } from '#mapping/audit-event.ts';
import { eventDataOf } from '../map-one.ts';

const TIME = '2026-11-20T10:00:12Z';
const OID = 'http://schemas.microsoft.com/identity/claims/objectidentifier';
const SPN = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/spn';
const EMAIL = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';
const UPN = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn';

function activity(members: JsonObject): ReturnType<typeof eventDataOf> {
  return eventDataOf({
    time: TIME,
    category: 'Administrative',
    operationName: 'MICROSOFT.COMPUTE/VIRTUALMACHINES/DELETE',
    ...members,
  });
}

describe('Activity: who acted', () => {
  const claimsOf = (claims: JsonObject): ReturnType<typeof eventDataOf>['userIdentity'] =>
    activity({ identity: { claims } }).userIdentity;

  it.each([
    ['a user', { idtyp: 'user', [OID]: 'o-1', appid: 'a-1', [UPN]: 'a@b.example' }, 'User', 'o-1'],
    ['an application', { idtyp: 'app', [OID]: 'o-2', appid: 'a-2' }, 'Application', 'o-2'],
    ['an application without object id', { idtyp: 'app', appid: 'a-2' }, 'Application', 'a-2'],
    ['a managed identity', { idtyp: 'app', [OID]: 'o-3', xms_mirid: '/sub/x' }, 'ManagedIdentity', 'o-3'],
    ['a user in an old token', { [UPN]: 'a@b.example', appid: 'a-1' }, 'User', 'a@b.example'],
    ['a guest without UPN', { [EMAIL]: 'g@other.example', [OID]: 'o-4' }, 'User', 'o-4'],
    ['an application in an old token', { appid: 'a-5' }, 'Application', 'a-5'],
    [
      'the alert engine',
      { [SPN]: 'Microsoft.Insights/alertRules' },
      'Platform',
      'Microsoft.Insights/alertRules',
    ],
    ['the advisor', { [EMAIL]: 'Microsoft.Advisor' }, 'Platform', 'Microsoft.Advisor'],
    ['short claim names', { oid: 'o-6', upn: 'a@b.example', idtyp: 'user' }, 'User', 'o-6'],
    [
      'the zero GUID as an id',
      { [OID]: '00000000-0000-0000-0000-000000000000', appid: 'a-7' },
      'Application',
      'a-7',
    ],
    [
      'a kind of token that is not known',
      { idtyp: 'device' },
      'Unknown',
      'unknown (record names no principal)',
    ],
  ])('is %s', (_case, claims, type, principalId) => {
    expect(claimsOf(claims)).toMatchObject({ type, principalId });
  });

  it("falls back to `caller`, an address being a user's", () => {
    expect(activity({ caller: 'a@b.example' }).userIdentity).toMatchObject({
      type: 'User',
      principalId: 'a@b.example',
      details: { upn: 'a@b.example' },
    });
    expect(activity({ caller: 'guid' }).userIdentity).toMatchObject({ type: 'Unknown', principalId: 'guid' });
  });

  it.each([
    ['ServiceHealth', 'Microsoft.ServiceHealth/incident/action', 'Microsoft.ServiceHealth'],
    ['ResourceHealth', 'Microsoft.Resourcehealth/healthevent/Updated/action', 'Microsoft.Resourcehealth'],
    ['Security', 'MICROSOFT.SECURITY/LOCATIONS/ALERTS/ACTIVATE/ACTION', 'MICROSOFT.SECURITY'],
    ['Autoscale', 'MICROSOFT.INSIGHTS/AUTOSCALESETTINGS/SCALEUP/ACTION', 'MICROSOFT.INSIGHTS'],
    ['Recommendation', 'Microsoft.Advisor/recommendations/available/action', 'Microsoft.Advisor'],
  ])('is the platform in %s', (category, operationName, principalId) => {
    expect(activity({ category, operationName }).userIdentity).toMatchObject({
      type: 'Platform',
      principalId,
    });
  });

  it('is the platform in a compliance scan, and unknown in a policy event of a request', () => {
    const policy = (isComplianceCheck: string): JsonObject => ({
      category: 'Policy',
      operationName: 'MICROSOFT.AUTHORIZATION/POLICIES/AUDIT/ACTION',
      properties: { isComplianceCheck },
    });

    expect(activity(policy('True')).userIdentity.type).toBe('Platform');
    expect(activity(policy('False')).userIdentity.type).toBe('Unknown');
  });

  it('flattens the role, its scope of the token and how the user signed in', () => {
    const { details } = activity({
      identity: {
        authorization: { scope: '/s', action: 'x', evidence: { role: 'Owner', principalType: 'User' } },
        claims: {
          name: 'A B',
          'http://schemas.microsoft.com/identity/claims/scope': 'user_impersonation',
          'http://schemas.microsoft.com/claims/authnmethodsreferences': 'pwd,mfa',
        },
      },
    }).userIdentity;

    expect(details).toMatchObject({
      name: 'A B',
      role: 'Owner',
      principalType: 'User',
      scope: 'user_impersonation',
      authMethods: 'pwd,mfa',
    });
  });
});
