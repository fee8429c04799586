import type { JsonObject } from '#mapping/audit-event.ts';
import { eventDataOf, mapOne } from '../map-one.ts';

/** Maps a record of Office 365 with these members. */
function mapped(members: JsonObject): ReturnType<typeof eventDataOf> {
  return eventDataOf({
    CreationTime: '2026-11-20T10:00:12',
    Id: 'i',
    RecordType: 1,
    Operation: 'Set-Mailbox',
    UserType: 2,
    UserId: 'a@b.example',
    ...members,
  });
}

describe('the result of an Office 365 record', () => {
  it.each<[JsonObject, string | undefined, string | undefined]>([
    [{ ResultStatus: 'Succeeded' }, 'Success', undefined],
    [{ ResultStatus: 'success' }, 'Success', undefined],
    [{ ResultStatus: 'True' }, 'Success', undefined],
    [{ ResultStatus: true }, 'Success', undefined],
    [{ ResultStatus: '200' }, 'Success', undefined],
    [{ ResultStatus: 'Failed' }, 'Failure', 'Failed'],
    [{ ResultStatus: 'failure' }, 'Failure', 'failure'],
    [{ ResultStatus: 'False' }, 'Failure', 'False'],
    [{ ResultStatus: '403' }, 'Failure', '403'],
    [{ ResultStatus: 'PartiallySucceeded' }, undefined, undefined],
    [{ ResultStatus: '' }, undefined, undefined],
    [{ ResultStatus: null }, undefined, undefined],
    [{}, undefined, undefined],
  ])('%p is %p with code %p', (members, outcome, errorCode) => {
    const eventData = mapped(members);

    expect(eventData.responseElements?.['outcome']).toBe(outcome);
    expect(eventData.errorCode).toBe(errorCode);
  });

  const logon = { RecordType: 15, Operation: 'UserLoggedIn', ResultStatus: 'Succeeded' };
  it.each<[string, JsonObject, string, string | undefined]>([
    ['a sign-in', {}, 'Success', undefined],
    ['a sign-in with error 0', { ErrorCode: '0' }, 'Success', undefined],
    ['a sign-in with an error', { ErrorNumber: '50140' }, 'Failure', '50140'],
    ['a failed sign-in', { Operation: 'UserLoginFailed' }, 'Failure', 'UserLoginFailed'],
    [
      'a failed sign-in whose result says so',
      { Operation: 'UserLoginFailed', ResultStatus: 'Failed' },
      'Failure',
      'Failed',
    ],
    [
      'a failed sign-in with a reason',
      { Operation: 'UserLoginFailed', LogonError: 'IdsLocked' },
      'Failure',
      'IdsLocked',
    ],
    [
      'a failed sign-in with a number',
      { Operation: 'UserLoginFailed', ErrorCode: '50126', LogonError: 'InvalidUserNameOrPassword' },
      'Failure',
      '50126',
    ],
    ['an old sign-in', { RecordType: 9, Operation: 'PasswordLogon', LoginStatus: 0 }, 'Success', undefined],
    [
      'an old failed sign-in',
      { RecordType: 9, Operation: 'PasswordLogon', LoginStatus: -7 },
      'Failure',
      '-7',
    ],
  ])('of %s is not its HTTP status', (_case, members, outcome, errorCode) => {
    const eventData = mapped({ ...logon, ...members });

    expect(eventData.responseElements?.['outcome']).toBe(outcome);
    expect(eventData.errorCode).toBe(errorCode);
  });

  it('names the reason of a failed sign-in beside its number', () => {
    const members = { ErrorCode: '50126', LogonError: 'InvalidUserNameOrPassword' };

    expect(mapped({ ...logon, ...members }).errorMessage).toBe('InvalidUserNameOrPassword');
  });

  it('of other content types does not come from a member that only looks like an error', () => {
    expect(mapped({ ErrorCode: '7', ResultStatus: 'True' })).not.toHaveProperty('errorCode');
  });
});

describe('where an Office 365 record comes from', () => {
  it.each<[JsonObject, string]>([
    [{ ClientIP: '203.0.113.7:51234' }, '203.0.113.7'],
    [{ ClientIP: '[2001:db8::1]:51234' }, '2001:db8::1'],
    [{ ClientIP: '::ffff:203.0.113.7' }, '203.0.113.7'],
    [{ ClientIP: null, ClientIPAddress: '203.0.113.8' }, '203.0.113.8'],
    [{ ClientIP: '', ActorIpAddress: '203.0.113.9' }, '203.0.113.9'],
    [{ RecordType: 41, UserIp: '203.0.113.10' }, '203.0.113.10'],
  ])('%p', (members, sourceIPAddress) => {
    expect(mapped(members).sourceIPAddress).toBe(sourceIPAddress);
  });

  it.each<[JsonObject, string]>([
    [{ UserAgent: 'agent/1', ClientInfoString: 'Client=REST;;' }, 'agent/1'],
    [{ ExtendedProperties: [{ Name: 'UserAgent', Value: 'agent/2' }] }, 'agent/2'],
    [{ ClientInfoString: 'Client=OWA;agent/3' }, 'Client=OWA;agent/3'],
  ])('with %p', (members, userAgent) => {
    expect(mapped(members).userAgent).toBe(userAgent);
  });
});

describe('what an Office 365 record tells', () => {
  it.each<[JsonObject, string]>([
    [{ Workload: 'Exchange' }, 'OFFICE365.EXCHANGE'],
    [{ Workload: 'OneDrive', RecordType: 6 }, 'OFFICE365.ONEDRIVE'],
    [{ Workload: 'MicrosoftTeams', RecordType: 25 }, 'OFFICE365.MICROSOFTTEAMS'],
    [{ RecordType: 15 }, 'OFFICE365.AZUREACTIVEDIRECTORY'],
    [{ RecordType: 1 }, 'OFFICE365.EXCHANGE'],
    [{ RecordType: 14 }, 'OFFICE365.SHAREPOINT'],
    [{ RecordType: 11 }, 'OFFICE365.DLP'],
    [{ RecordType: 20 }, 'OFFICE365.GENERAL'],
    [{ Operation: 'Microsoft.Forms/x' }, 'OFFICE365.EXCHANGE'],
  ])('comes with %p under %s', (members, eventSource) => {
    expect(mapped(members).eventSource).toBe(eventSource);
  });

  it('is the operation in upper case, at a time in UTC, in its directory', () => {
    const eventData = mapped({ OrganizationId: '41463F53-8812-40f4-890f-865bf6e35190' });

    expect(eventData).toMatchObject({ eventName: 'SET-MAILBOX', eventTime: '2026-11-20T10:00:12Z' });
    expect(eventData.additionalEventData).toMatchObject({
      eventName: 'Set-Mailbox',
      tenantId: '41463f53-8812-40f4-890f-865bf6e35190',
      recordTypeName: 'ExchangeAdmin',
      RecordType: 1,
    });
  });

  it('has its lists of named values flat', () => {
    const eventData = mapped({
      Parameters: [{ Name: 'ForwardTo', Value: 'x@example.org' }],
      ModifiedProperties: [
        { Name: 'Role.DisplayName', NewValue: '["Global Administrator"]', OldValue: '[]' },
      ],
      ExtendedProperties: [{ Name: 'RequestType', Value: 'Login:login' }],
    });

    expect(eventData.requestParameters).toMatchObject({
      arguments: { ForwardTo: 'x@example.org' },
      changes: { 'Role.DisplayName': 'Global Administrator' },
      extras: { RequestType: 'Login:login' },
    });
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      'a change in the directory',
      {
        RecordType: 8,
        ObjectId: 'o',
        Target: [
          { ID: 'User_1', Type: 2 },
          { ID: 'u@b.example', Type: 5 },
        ],
      },
      { target: 'u@b.example' },
    ],
    ['a change of an object without a name', { RecordType: 8, ObjectId: 'o', Target: [] }, { target: 'o' }],
    ['a sign-in', { RecordType: 15, Operation: 'UserLoggedIn', ObjectId: 'app' }, { resource: 'app' }],
    ['a cmdlet', { ObjectId: 'user001' }, { target: 'user001' }],
    [
      'an item of a mailbox',
      { RecordType: 2, MailboxOwnerUPN: 'o@b.example', Item: { ParentFolder: { Path: '\\Inbox' } } },
      { target: 'o@b.example', resource: '\\Inbox' },
    ],
    [
      'items of a mailbox',
      { RecordType: 3, MailboxOwnerUPN: 'o@b.example', Folder: { Path: '\\Sent' } },
      { target: 'o@b.example', resource: '\\Sent' },
    ],
    [
      'a file that is shared',
      { RecordType: 14, ObjectId: 'https://f', UserSharedWith: 'x@example.org' },
      { resource: 'https://f', target: 'x@example.org' },
    ],
    [
      'a team',
      { RecordType: 25, TeamName: 'T', Members: [{ UPN: 'm@b.example' }] },
      { resource: 'T', target: 'm@b.example' },
    ],
    [
      'a document with sensitive content',
      {
        RecordType: 11,
        ObjectId: 'https://d',
        SharePointMetaData: { From: 'f@b.example' },
        PolicyDetails: [{ PolicyName: 'P', Rules: [{ RuleName: 'R' }] }],
      },
      { action: 'R', resource: 'https://d', target: 'f@b.example' },
    ],
  ])('names what %s concerns', (_case, members, request) => {
    const { requestParameters } = mapped(members);

    expect(requestParameters).toMatchObject(request);
    const flat = ['action', 'resource', 'target'].filter((name) => requestParameters?.[name] !== undefined);
    expect(flat.sort()).toEqual(Object.keys(request).sort());
  });

  it('parses the data of an alert, which is JSON text', () => {
    const { additionalEventData } = mapped({ RecordType: 40, Data: '{"etype":"User"}' });

    expect(additionalEventData).toMatchObject({ Data: { etype: 'User' }, parsed: ['/Data'] });
  });

  it('is a reject without a time', () => {
    const record = { RecordType: 1, Operation: 'X', CreationTime: '' };

    expect(mapOne(record, { container: 'office365-exchange' })).toMatchObject({ reason: 'NO_EVENT_TIME' });
    expect(mapOne({ Id: 'i' }, { container: 'office365-exchange' })).toMatchObject({
      reason: 'NO_EVENT_TIME',
    });
  });
});
