import type { JsonObject } from '#mapping/audit-event.ts';
import { eventDataOf } from './map-one.ts';

const TIME = '2026-11-20T10:00:12Z';

describe('where a record belongs', () => {
  const scopeOf = (members: JsonObject, name = 'x'): JsonObject | undefined =>
    eventDataOf({ time: TIME, category: 'Administrative', ...members }, { name }).additionalEventData;

  it.each([
    ['the resource', { resourceId: '/SUBSCRIPTIONS/S-1/RESOURCEGROUPS/G' }, 'x', 's-1'],
    ['a bare subscription', { resourceId: '/subscriptions/S-1' }, 'x', 's-1'],
    ['the name of the log object', {}, 'resourceId=/SUBSCRIPTIONS/S-2/y=2026/PT1H.json', 's-2'],
    ["PIM's own member", { properties: { SubscriptionID: 'S-3', CallerInfo: '[]' } }, 'x', 's-3'],
    ['the hierarchy', { properties: { hierarchy: 'T/mg/S-4' } }, 'x', 's-4'],
    ['nothing', { properties: { hierarchy: 'T' } }, 'x', undefined],
  ])('takes the subscription from %s', (_case, members, name, expected) => {
    expect(scopeOf(members, name)?.['subscriptionId']).toBe(expected);
  });

  it.each([
    ['its own member', { tenantId: ' T-1 ', resourceId: '/tenants/other' }, 'x', 't-1'],
    [
      'the claims',
      { claims: { 'http://schemas.microsoft.com/identity/claims/tenantid': 'T-2' } },
      'x',
      't-2',
    ],
    [
      'the issuer',
      { claims: { iss: 'https://sts.windows.net/AAAAAAAA-0000-0000-0000-000000000001/' } },
      'x',
      'aaaaaaaa-0000-0000-0000-000000000001',
    ],
    ["PIM's own member", { properties: { TenantID: 'T-3', CallerInfo: '[]' } }, 'x', 't-3'],
    ['the hierarchy', { properties: { hierarchy: 'T-4/S' } }, 'x', 't-4'],
    ['the resource', { resourceId: '/tenants/T-5/providers/Microsoft.aadiam' }, 'x', 't-5'],
    ['the name of the log object', {}, 'tenantId=T-6/y=2026/PT1H.json', 't-6'],
    ['the name of what a collector wrote', {}, 'raw/entra/audits/day=2026-11-20/tenant=T-7/x.jsonl', 't-7'],
    ['nothing', {}, 'x', undefined],
  ])('takes the tenant from %s', (_case, members, name, expected) => {
    expect(scopeOf(members as JsonObject, name)?.['tenantId']).toBe(expected);
  });

  it('takes the tenant of a record of a collector from its organisation, else from where it was written', () => {
    const name = 'raw/x/day=2026-11-20/tenant=T-8/x.jsonl';
    const signIn = { id: 's', createdDateTime: TIME, homeTenantId: 'other', status: {} };
    const mail = { CreationTime: TIME, RecordType: 1, Operation: 'X', OrganizationId: 'T-9' };

    expect(eventDataOf(signIn, { name }).additionalEventData?.['tenantId']).toBe('t-8');
    expect(eventDataOf(mail, { name }).additionalEventData?.['tenantId']).toBe('t-9');
  });
});
