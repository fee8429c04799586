import type { JsonObject } from '#mapping/audit-event.ts';
import { eventDataOf } from '../map-one.ts';

/** A record of Office 365 with these members. */
function identityOf(members: JsonObject): ReturnType<typeof eventDataOf>['userIdentity'] {
  const record = { CreationTime: '2026-11-20T10:00:12', RecordType: 6, Operation: 'FileAccessed' };
  return eventDataOf({ ...record, ...members }).userIdentity;
}

const GUID = '1cef1fdb-ff52-48c4-8e4e-dfb5ea83d357';

it.each<[string, JsonObject, string, string]>([
  ['a person by address', { UserType: 0, UserId: 'a@b.example', UserKey: '10037FFE' }, 'User', 'a@b.example'],
  ['a person by object id', { UserType: 0, UserId: 'a@b.example', UserKey: GUID }, 'User', GUID],
  ['an administrator', { UserType: 2, UserId: 'a@b.example' }, 'User', 'a@b.example'],
  ['a guest', { UserType: 10, UserId: 'urn:spo:guest#a@b.example' }, 'User', 'urn:spo:guest#a@b.example'],
  ['a person without a user type', { UserId: 'a@b.example' }, 'User', 'a@b.example'],
  ['a person by token', { UserType: 2, UserId: 'a@b.example', TokenObjectId: GUID }, 'User', GUID],
  [
    'a person by the context of the application',
    { UserType: 0, UserId: 'a@b.example', AppAccessContext: { UserObjectId: GUID } },
    'User',
    GUID,
  ],
  ['a service principal', { UserType: 4, UserId: `ServicePrincipal_${GUID}` }, 'Application', GUID],
  [
    'an application with its id',
    { UserType: 5, UserId: 'x', ApplicationId: 'app-1' },
    'Application',
    'app-1',
  ],
  [
    'an application that acts for SharePoint',
    { UserType: 0, UserId: 'app@sharepoint', AppAccessContext: { ClientAppId: 'app-2' } },
    'Application',
    'app-2',
  ],
  [
    'an application that nobody names',
    { UserType: 0, UserId: 'app@sharepoint' },
    'Application',
    'app@sharepoint',
  ],
  ['SharePoint itself', { UserType: 0, UserId: 'SHAREPOINT\\system' }, 'Platform', 'SHAREPOINT\\system'],
  [
    'Exchange itself',
    { UserType: 2, UserId: 'NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)' },
    'Platform',
    'NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)',
  ],
  ['an operator at Microsoft', { UserType: 3, UserId: 'BL0PR00MB\\x' }, 'Platform', 'BL0PR00MB\\x'],
  ['a policy', { UserType: 8, UserId: 'DlpAgent' }, 'Platform', 'DlpAgent'],
  ['whoever has a link', { UserType: 0, UserId: 'urn:spo:anon#1234' }, 'Anonymous', 'urn:spo:anon#1234'],
  [
    'nobody',
    { UserType: 0, UserId: 'Not Available', UserKey: 'Unknown' },
    'User',
    'unknown (record names no principal)',
  ],
  ['an unknown kind', { UserType: 77, UserId: 'S-1-5-18' }, 'Unknown', 'S-1-5-18'],
  ['only a key', { UserType: 0, UserId: '', UserKey: '10037FFE' }, 'User', '10037FFE'],
])('names %s', (_case, members, type, principalId) => {
  expect(identityOf(members)).toMatchObject({ type, principalId });
});

it('takes the marked object id of the actor, and the name', () => {
  const Actor = [
    { ID: 'Sample App', Type: 1 },
    { ID: `User_${GUID}`, Type: 2 },
    { ID: 'a@b.example', Type: 5 },
    'no identity',
  ];

  const { principalId, details } = identityOf({ RecordType: 8, UserType: 0, UserId: 'a@b.example', Actor });

  expect(principalId).toBe(GUID);
  expect(details).toMatchObject({
    name: 'Sample App',
    upn: 'a@b.example',
    objectId: GUID,
    principalType: 'Regular',
  });
});

it.each([
  ['a@b.example', 'a@b.example'],
  ['a_gmail.com#EXT#@b.example', 'a_gmail.com#EXT#@b.example'],
  ['urn:spo:guest#a@b.example', 'a@b.example'],
  ['app@sharepoint', undefined],
  ['i:0h.f|membership|10037ffe@live.com', undefined],
  ['DlpAgent', undefined],
])('takes %s for the address %p', (UserId, upn) => {
  expect(identityOf({ UserType: 0, UserId }).details?.['upn']).toBe(upn);
});

it.each<[JsonObject, string, string | undefined]>([
  [{ ApplicationId: 'app', ApplicationDisplayName: 'Name' }, 'app', 'Name'],
  [{ AppId: 'app' }, 'app', undefined],
  [{ AppId: '', ClientAppId: 'app' }, 'app', undefined],
  [{ AppAccessContext: { ClientAppId: 'app', ClientAppName: 'Name' } }, 'app', 'Name'],
  [{ Common: { ApplicationId: 'app', ApplicationName: 'Name' } }, 'app', 'Name'],
])('names the program that was used: %p', (members, appId, appName) => {
  const { details } = identityOf({ UserType: 0, UserId: 'a@b.example', ...members });

  expect([details?.['appId'], details?.['appName']]).toEqual([appId, appName]);
});
