import { createHmac } from 'node:crypto';
import type { EventData, JsonObject } from '#mapping/audit-event.ts';
import { recordId } from '#mapping/ids.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { findViolations } from '#mapping/target-schema.ts';
import { MAX_LIST_LENGTH } from '#mapping/rules/rule-list.ts';
import { ACCOUNT, administrative, eventOf, originOf } from '../map-one.ts';
import { KEY, rulesOf } from './rules.ts';

const UPN = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn';
const EMAIL = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';

function hash(text: string | Uint8Array): string {
  return `hmac-sha256:${createHmac('sha256', KEY).update(text).digest('hex')}`;
}

function dataOf(record: object, lists: { redact?: string; hash?: string }): EventData {
  return eventOf(record, {}, rulesOf(lists)).event.eventData;
}

const SIGN_IN = {
  time: '2026-11-20T10:00:12Z',
  category: 'SignInLogs',
  operationName: 'Sign-in activity',
  callerIpAddress: '203.0.113.7',
  resultType: '50126',
  resultDescription: 'Invalid password of Ada',
  identity: 'Ada',
  properties: {
    id: 'b1d5a1f2-0000-0000-0000-000000000001',
    createdDateTime: '2026-11-20T09:59:00Z',
    userPrincipalName: 'ada@example.com',
    userId: 'aaaaaaaa-0000-0000-0000-000000000009',
    ipAddress: '203.0.113.7',
  },
};

describe('the event of a record of which something is hidden', () => {
  it('names the paths, and the record that it gives back is the hidden one', () => {
    const data = dataOf(SIGN_IN, { redact: 'callerIpAddress, **.ipAddress', hash: '**.userPrincipalName' });

    expect(data.additionalEventData).toMatchObject({
      redacted: ['/callerIpAddress', '/properties/ipAddress'],
      hashed: ['/properties/userPrincipalName'],
    });
    expect(rebuildRecord(data)).toEqual({
      ...SIGN_IN,
      callerIpAddress: 'REDACTED',
      properties: {
        ...SIGN_IN.properties,
        userPrincipalName: hash('ada@example.com'),
        ipAddress: 'REDACTED',
      },
    });
  });

  it('derives its other members from what is left, so that hashes can be joined', () => {
    const data = dataOf(SIGN_IN, {
      hash: 'callerIpAddress, properties.ipAddress, **.userPrincipalName, **.userId',
    });

    expect(data.userIdentity.principalId).toBe(hash(SIGN_IN.properties.userId));
    expect(data.userIdentity.details).toMatchObject({
      upn: hash('ada@example.com'),
      objectId: hash(SIGN_IN.properties.userId),
      name: 'Ada',
    });
    expect(data.sourceIPAddress).toBeUndefined();
    expect(data.additionalEventData?.['sourceIPAddress']).toBe(hash('203.0.113.7'));
  });

  it('does not find a hidden address again at the next place', () => {
    const data = dataOf(SIGN_IN, { redact: 'callerIpAddress' });

    expect(data.sourceIPAddress).toBeUndefined();
    expect(data.additionalEventData?.['sourceIPAddress']).toBe('REDACTED');
  });

  it('without anything to hide is byte for byte that of a stack without rules', () => {
    const { event } = eventOf(SIGN_IN, {}, rulesOf({ redact: 'other.*', hash: '**.mail' }));

    expect(JSON.stringify(event)).toBe(JSON.stringify(eventOf(SIGN_IN).event));
  });

  it('keeps its id, which says where the record stands', () => {
    const { event } = eventOf(SIGN_IN, {}, rulesOf({ redact: '*' }));

    expect(event.id).toBe(recordId(originOf()));
  });
});

describe('the UID of a record of which something is hidden', () => {
  const bytesOf = (record: object): Buffer => Buffer.from(JSON.stringify(record));

  it('is the id of its own, when that is not hidden', () => {
    expect(dataOf(SIGN_IN, { redact: 'identity' }).UID).toBe(SIGN_IN.properties.id);
  });

  it.each([{ redact: '**.id' }, { hash: '**.id' }])(
    'is the keyed hash of its own id, when that is: %j',
    (lists) => {
      expect(dataOf(SIGN_IN, lists).UID).toBe(hash(SIGN_IN.properties.id));
    },
  );

  it('is a keyed hash of its bytes when it has none, because a plain one lets guesses be checked', () => {
    const record = administrative({ callerIpAddress: '203.0.113.7' });

    const { UID } = dataOf(record, { redact: 'callerIpAddress' });

    expect(UID).toBe(hash(bytesOf(record)));
  });

  it('covers its place where byte-identical lines are different events', () => {
    const record = { ...SIGN_IN, category: 'StorageRead' };
    const rules = rulesOf({ redact: 'callerIpAddress' });

    const uids = [0, 0, 500].map((offset) => eventOf(record, { offset }, rules).event.eventData.UID);

    expect(uids[0]).toMatch(/^hmac-sha256-placed:[0-9a-f]{64}$/);
    expect(uids[1]).toBe(uids[0]);
    expect(uids[2]).not.toBe(uids[0]);
  });

  it('is equal for true duplicates and different for records that differ only in what is hidden', () => {
    const uidOf = (address: string): string =>
      dataOf(administrative({ callerIpAddress: address }), { redact: 'callerIpAddress' }).UID;

    expect(uidOf('203.0.113.7')).toBe(uidOf('203.0.113.7'));
    expect(uidOf('203.0.113.7')).not.toBe(uidOf('203.0.113.8'));
  });
});

describe('hiding never makes an event say something else', () => {
  const claims = (members: JsonObject): JsonObject => administrative({ identity: { claims: members } });

  it.each([
    ['a person without an address stays one', claims({ [EMAIL]: 'ada@example.com' }), 'User'],
    ['so does one by user name', claims({ [UPN]: 'ada@example.com', appid: 'app' }), 'User'],
    ['a service stays the platform', claims({ [EMAIL]: 'Azure Policy' }), 'Platform'],
    ['an application stays one', claims({ idtyp: 'app', appid: 'app' }), 'Application'],
  ])('%s', (_, record, type) => {
    for (const lists of [
      { redact: 'identity.claims.*' },
      { hash: 'identity.claims.*' },
      { redact: 'identity' },
    ]) {
      const { userIdentity } = dataOf(record, lists);

      expect(userIdentity.type).toBe(type);
      expect(userIdentity.principalId).toMatch(/^(REDACTED|hmac-sha256:[0-9a-f]{64})$/);
    }
  });

  it('another principal does not step in for one that is hidden', () => {
    const record = administrative({ caller: 'somebody', identity: { claims: { [UPN]: 'ada@example.com' } } });

    const { userIdentity } = dataOf(record, { redact: 'identity.claims' });

    expect(userIdentity).toMatchObject({ type: 'User', principalId: 'REDACTED' });
  });

  it('a failure stays one, with its code hidden where that is', () => {
    const open = dataOf(SIGN_IN, { redact: 'identity' });
    const hidden = dataOf(SIGN_IN, { redact: 'result*, properties.*' });

    expect(open).toMatchObject({ errorCode: '50126', errorMessage: 'Invalid password of Ada' });
    expect(hidden).toMatchObject({ errorCode: 'REDACTED', errorMessage: 'REDACTED' });
    expect(hidden.responseElements?.['outcome']).toBe('Failure');
  });

  it('and a success does too', () => {
    const data = dataOf({ ...SIGN_IN, resultType: '0' }, { redact: '*' });

    expect(data.errorCode).toBeUndefined();
    expect(data.errorMessage).toBeUndefined();
    expect(data.responseElements?.['outcome']).toBe('Success');
  });

  it('time, operation and category stay, whatever is named', () => {
    const data = dataOf(SIGN_IN, { redact: '*' });

    expect(data.eventTime).toBe('2026-11-20T09:59:00Z');
    expect(data.eventName).toBe('SIGN-IN ACTIVITY');
    expect(data.additionalEventData).toMatchObject({ category: 'SignInLogs', family: 'sign-in' });
  });

  it('a hidden tenant is told as such, in the letter case of the mark', () => {
    const data = dataOf(administrative({ tenantId: 'T' }), { redact: 'tenantId' });

    expect(data.additionalEventData?.['tenantId']).toBe('REDACTED');
  });
});

describe('a record of Microsoft Graph', () => {
  const GRAPH = {
    id: 'b1d5a1f2-0000-0000-0000-000000000002',
    createdDateTime: '2026-11-20T10:00:12Z',
    appDisplayName: 'Backup',
    // Of whom the application acts for: a reader that takes this for a person's sign-in would name them.
    userId: 'aaaaaaaa-0000-0000-0000-000000000008',
    servicePrincipalId: 'aaaaaaaa-0000-0000-0000-000000000007',
    servicePrincipalName: 'backup',
    signInEventTypes: ['servicePrincipal'],
    status: { errorCode: 0 },
  };

  it('stays what it is when the members are hidden that tell so', () => {
    const open = dataOf(GRAPH, {});
    const hidden = dataOf(GRAPH, { redact: 'signInEventTypes, status' });

    expect(open.userIdentity).toMatchObject({ type: 'Application', principalId: GRAPH.servicePrincipalId });
    expect(hidden.userIdentity).toEqual(open.userIdentity);
    expect(hidden).toMatchObject({ eventName: open.eventName, UID: GRAPH.id });
    expect(hidden.responseElements?.['outcome']).toBe('Success');
  });

  it('whose members are all hidden still has its time and name', () => {
    const data = dataOf(GRAPH, { redact: '*' });

    expect(data).toMatchObject({ eventTime: '2026-11-20T10:00:12Z', eventName: 'SIGN-IN ACTIVITY' });
    expect(data.userIdentity).toMatchObject({ type: 'Application', principalId: 'REDACTED' });
  });
});

it('an event of small values that become long hashes keeps the limits', () => {
  const members = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`m${index}`, index]));

  const data = dataOf(administrative({ properties: members }), { hash: 'properties.*' });

  expect(findViolations(data, ACCOUNT)).toEqual([]);
  expect(data.additionalEventData?.['hashed']).toEqual(['properties.*']);
  const { requestParameters, responseElements } = data;
  expect(JSON.stringify([requestParameters, responseElements, data.userIdentity]).length).toBeGreaterThan(
    10_000,
  );
});

describe('the lists of hidden paths', () => {
  it('name the pattern where the paths take too much room', () => {
    const claims = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`claim-${index}-${'x'.repeat(50)}`, 'v']),
    );
    const record = administrative({ identity: { claims }, callerIpAddress: '203.0.113.7' });

    const data = dataOf(record, { redact: 'callerIpAddress, identity.claims.*' });

    expect(data.additionalEventData?.['redacted']).toEqual(['identity.claims.*', '/callerIpAddress']);
  });

  it('fit whatever the rules and the record, together with everything else that is derived', () => {
    const names = Array.from({ length: 100 }, (_, index) => `"${index}"`);
    const list = (each: readonly string[]): string =>
      each
        .join(',')
        .slice(0, MAX_LIST_LENGTH)
        .replace(/,[^,]*$/, '');
    const members = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [index, Array.from({ length: 40 }, () => 'v'.repeat(40))]),
    );
    const repeated = Array.from({ length: 20 }, (_, index) =>
      `"${'r'.repeat(190)}${index}":1,`.repeat(2),
    ).join('');
    const text = `{${repeated}"time":"2026-11-20T10:00:12Z","operationName":"${'o'.repeat(2000)}",${JSON.stringify(
      {
        ...members,
        callerIpAddress: 'a'.repeat(2000),
        tenantId: 't'.repeat(2000),
        padding: 'p'.repeat(60_000),
      },
    ).slice(1)}`;
    const rules = rulesOf({ redact: list(names.slice(0, 50)), hash: list(names.slice(50)) });

    const { event } = eventOf(text, { name: `${'n'.repeat(4000)}/PT1H.json` }, rules);

    expect(findViolations(event.eventData, ACCOUNT)).toEqual([]);
    expect(event.eventData.additionalEventData?.['redacted']).toBeDefined();
  });
});
