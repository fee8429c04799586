import type { JsonObject } from '#mapping/audit-event.ts';
import { parseJson } from '#mapping/parse-record.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { recordsOf } from './corpus-records.ts';
import { canonical, eventDataOf, eventOf, mapOne } from './map-one.ts';

const TIME = '2026-11-20T10:00:12.1234567Z';

/** Maps a record that must be kept whole and returns its event data. */
function keptOf(record: JsonObject): ReturnType<typeof eventDataOf> {
  const eventData = eventDataOf(record);
  expect(canonical(rebuildRecord(eventData))).toBe(canonical(record));
  return eventData;
}

const administrative = (members: JsonObject): JsonObject => ({
  time: TIME,
  category: 'Administrative',
  operationName: 'MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE',
  ...members,
});

describe('lines', () => {
  it('a line with single-quoted properties is a reject, not a crash', () => {
    const line = `{ "time": "${TIME}", "properties": {'appName':'x'}}`;

    expect(mapOne(line)).toMatchObject({ outcome: 'reject', reason: 'NOT_JSON' });
  });

  it.each([
    ['an empty line', ''],
    ['blanks', '   '],
    ['a torn line', '{"time":"2026-11'],
    ['NUL bytes', '\u0000\u0000'],
    ['two records on one line', '{}{}'],
  ])('%s is no JSON', (_case, line) => {
    expect(mapOne(line)).toMatchObject({ outcome: 'reject', reason: 'NOT_JSON' });
  });

  it.each(['[]', 'null', '"text"', '42', 'true'])('%s is JSON but no record', (line) => {
    expect(mapOne(line)).toMatchObject({ outcome: 'reject', reason: 'NOT_AN_OBJECT' });
  });

  it('bytes that are not UTF-8 are a reject, because decoding them would change the evidence', () => {
    const line = Buffer.from([...Buffer.from('{"time":"'), 0xff, ...Buffer.from('"}')]);

    expect(mapOne(line)).toMatchObject({ outcome: 'reject', reason: 'INVALID_UTF8' });
  });

  it('a byte order mark in front of the record is passed over', () => {
    const line = Buffer.from(`\uFEFF${JSON.stringify(administrative({}))}`);

    expect(eventDataOf(line).eventTime).toBe('2026-11-20T10:00:12Z');
  });

  it('U+2028, U+2029 and U+0085 inside a text stay where they are', () => {
    const record = administrative({ resultDescription: 'a\u2028b\u2029c\u0085d' });

    expect(keptOf(record).responseElements).toMatchObject({ resultDescription: 'a\u2028b\u2029c\u0085d' });
  });

  it('nesting deeper than readers accept is a reject, also hundreds of thousands of levels', () => {
    for (const levels of [101, 300_000]) {
      const line = `{"time":"${TIME}","a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

      expect(mapOne(line)).toMatchObject({ outcome: 'reject', reason: 'NESTED_TOO_DEEP' });
    }
  });

  it('nesting up to that limit is kept', () => {
    const line = `{"time":"${TIME}","category":"Administrative","a":${'['.repeat(99)}${']'.repeat(99)}}`;

    expect(mapOne(line)).toMatchObject({ outcome: 'event' });
  });
});

describe('numbers', () => {
  it.each([
    ['an integer beyond 2^53', '638799492563154034'],
    ['more digits than a double has', '-73.979019165039063'],
    ['more than a double can hold', '1e999'],
    ['a negative zero', '-0'],
    ['a negative zero with a fraction', '-0.0'],
    ['an exponent that would be written out', '1e20'],
    ['twenty digits after the point', '0.12345678901234567890'],
  ])('%s (%s) is sent exactly as it was written', (_case, number) => {
    const line = `{"time":"${TIME}","category":"Administrative","properties":{"a":[{"n":${number}}],"b":1.5}}`;

    const sent = JSON.stringify(eventDataOf(line));

    expect(sent).toContain(`{"a":[{"n":${number}}],"b":1.5}`);
  });

  it.each(['0', '1', '-1', '0.5', '1.0', '1E2', '40.7589111328125', '9007199254740991'])(
    '%s, which a double keeps, has its value',
    (number) => {
      const line = `{"time":"${TIME}","category":"Administrative","n":${number}}`;

      expect(eventDataOf(line).additionalEventData?.['n']).toEqual(Number(number));
    },
  );
});

describe('members', () => {
  it('of a repeated name the last value is kept, and the repetition is named', () => {
    const line = `{"time":"${TIME}","category":"Administrative","a":{"b/c":1,"b/c":2},"level":"x","level":"y"}`;

    const { event, drift } = eventOf(line);

    expect(event.eventData.additionalEventData).toMatchObject({
      a: { 'b/c': 2 },
      level: 'y',
      repeated: ['/a/b~1c', '/level'],
    });
    expect(drift).toContainEqual({ family: 'activity', path: '/level', observed: 'repeated member' });
  });

  it('finds a repeated name between blanks, and behind a name that ends in a backslash', () => {
    const line = `{ "time" : "${TIME}" , "category" : "Alert" , "a\\\\" : 1 , "b" :\t2 , "b"\n: [3] }`;

    expect(eventDataOf(line).additionalEventData?.['repeated']).toEqual(['/b']);
  });

  it('gives an exact number under a repeated name the last value', () => {
    const line = `{"time":"${TIME}","category":"Alert","n":1.00000000000000000001,"n":2,"m":1,"m":0.30000000000000000001}`;

    const sent = JSON.stringify(eventDataOf(line));

    expect(sent).toContain('"n":2,"m":0.30000000000000000001');
  });

  it('`__proto__`, `constructor` and the empty name are members like any other', () => {
    const line = `{"time":"${TIME}","category":"Alert","__proto__":{"polluted":1},"constructor":2,"":3,"properties":{"__proto__":4}}`;

    const eventData = eventDataOf(line);

    expect(canonical(rebuildRecord(eventData))).toBe(canonical(parseJson(line)));
    expect(({} as JsonObject)['polluted']).toBeUndefined();
  });

  it('a member with the name of a derived one keeps its own value beside it', () => {
    const record = administrative({
      tenantId: 'ABCD',
      family: 1,
      record: { x: 1 },
      offset: 'mine',
      parsed: ['/x'],
    });

    expect(keptOf(record).additionalEventData).toMatchObject({
      family: 'activity',
      tenantId: 'abcd',
      offset: 0,
      record: { tenantId: 'ABCD', family: 1, record: { x: 1 }, offset: 'mine', parsed: ['/x'] },
    });
  });

  it('`level` and `Level` in one record are two members', () => {
    const eventData = keptOf(administrative({ level: 'Informational', Level: 5 }));

    expect(eventData.additionalEventData).toMatchObject({ level: 'Informational', Level: 5 });
  });

  it.each([4, '4', 'Information'])('`Level` %p keeps its kind', (Level) => {
    expect(keptOf(administrative({ Level })).additionalEventData).toMatchObject({ Level });
  });

  it.each(['0', '61', 42])('`durationMs` %p keeps its kind', (durationMs) => {
    expect(keptOf(administrative({ durationMs })).additionalEventData).toMatchObject({ durationMs });
  });

  it('blanks around values are cut off where people filter, and kept in the record', () => {
    const claims = {
      'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name': ' admin@contoso.com',
      'http://schemas.microsoft.com/identity/claims/tenantid': 'AAAA-1 ',
    };

    const eventData = keptOf(administrative({ identity: { claims } }));

    expect(eventData.userIdentity).toMatchObject({
      type: 'User',
      principalId: 'admin@contoso.com',
      details: { upn: 'admin@contoso.com' },
    });
    expect(eventData.additionalEventData).toMatchObject({ tenantId: 'aaaa-1' });
  });
});

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

describe('identity', () => {
  it('an identity that is a text is the display name of who acted', () => {
    const eventData = keptOf({ time: TIME, category: 'Whatever', identity: 'John Doe' });

    expect(eventData.userIdentity).toEqual({
      type: 'Unknown',
      principalId: 'John Doe',
      details: { identity: 'John Doe', name: 'John Doe' },
    });
  });

  it('an empty identity names nobody', () => {
    const eventData = keptOf(administrative({ identity: {} }));

    expect(eventData.userIdentity.principalId).toBe('unknown (record names no principal)');
  });

  it('an authorization that is an array does not disturb', () => {
    const eventData = keptOf(
      administrative({ identity: { type: 'OAuth', authorization: [{ action: 'x' }] } }),
    );

    expect(eventData.userIdentity.type).toBe('Unknown');
  });

  it('the assignee of the role, which may be a group, is never taken for the caller', () => {
    const identity = {
      authorization: { evidence: { principalId: 'group-id', principalType: 'Group', role: 'Owner' } },
      claims: {},
    };

    const eventData = keptOf(administrative({ identity }));

    expect(eventData.userIdentity).toMatchObject({
      type: 'Unknown',
      principalId: 'unknown (record names no principal)',
      details: { role: 'Owner', principalType: 'Group' },
    });
  });

  it('properties that are JSON text are read, parsed in place, and text again when rebuilt', () => {
    const properties = '{"userPrincipalName":"a@b.example","id":"sign-in-1"}';

    const eventData = keptOf({ time: TIME, category: 'SignInLogs', properties });

    expect(eventData).toMatchObject({ UID: 'sign-in-1', userIdentity: { principalId: 'a@b.example' } });
    expect(eventData.additionalEventData).toMatchObject({
      properties: { id: 'sign-in-1' },
      parsed: ['/properties'],
    });
  });

  it('properties that are JSON text in another spelling are read and stay text', () => {
    const properties = '{ "userPrincipalName": "a@b.example" }';

    const eventData = keptOf({ time: TIME, category: 'SignInLogs', properties });

    expect(eventData.userIdentity.principalId).toBe('a@b.example');
    expect(eventData.additionalEventData).toMatchObject({ properties });
    expect(eventData.additionalEventData).not.toHaveProperty('parsed');
  });

  it.each([["{'appName':'x'}"], [['a']], [null], ['']])('properties %p stay as they are', (properties) => {
    expect(keptOf(administrative({ properties })).additionalEventData).toMatchObject({ properties });
  });
});

describe('bodies', () => {
  it.each(['requestbody', 'requestBody', 'responseBody', 'statusMessage'])(
    '`%s` as JSON text is parsed in place, so that SQL reaches into it',
    (name) => {
      const eventData = keptOf(administrative({ properties: { [name]: '{"properties":{"sku":"B1"}}' } }));

      const map = name.startsWith('request') ? eventData.requestParameters : eventData.responseElements;
      expect(map).toMatchObject({ properties: { [name]: { properties: { sku: 'B1' } } } });
      expect(eventData.additionalEventData?.['parsed']).toEqual([`/properties/${name}`]);
    },
  );

  it.each([
    ['an object', { a: 1 }],
    ['an empty text', ''],
    ['plain text', 'Not found'],
    ['a number as text', '404'],
    ['JSON in another spelling', '{ "a": 1 }'],
    ['JSON with an escape that is not needed', '{"a":"\\u0041"}'],
    ['JSON with a number that would change', '{"a":12345678901234567890}'],
    ['JSON with a repeated name', '{"a":1,"a":2}'],
    ['JSON nested deeply', `${'['.repeat(60)}${']'.repeat(60)}`],
  ])('%s stays as it is', (_case, requestbody) => {
    const eventData = keptOf(administrative({ properties: { requestbody } }));

    expect(eventData.requestParameters).toMatchObject({ properties: { requestbody } });
    expect(eventData.additionalEventData).not.toHaveProperty('parsed');
  });
});

describe('source address', () => {
  it.each([
    ['an address with a port', '5.5.5.5:28915', '5.5.5.5'],
    ['IPv6 with brackets and port', '[2001:db8::1]:443', '2001:db8::1'],
    ['a private IPv6 address', 'fde4:8dba::1', 'fde4:8dba::1'],
    ['an IPv6 address with a zone', 'fe80::1%eth0', 'fe80::1'],
    ['blanks', ' 10.0.0.1 ', '10.0.0.1'],
    ['0.0.0.0, which is what the record says', '0.0.0.0', '0.0.0.0'],
  ])('%s: %s becomes %s', (_case, callerIpAddress, expected) => {
    const eventData = keptOf(administrative({ callerIpAddress }));

    expect(eventData.sourceIPAddress).toBe(expected);
    expect(eventData.additionalEventData).not.toHaveProperty('sourceIPAddress');
  });

  it.each([
    '<null>',
    '127.0.0.0/8',
    '::2a02:1:2:3:4:5:6:7:8',
    'XX:2a02::1',
    '1.2.3',
    '999.1.1.1',
    'localhost',
  ])('%s is left out and kept as it was written', (callerIpAddress) => {
    const eventData = keptOf(administrative({ callerIpAddress }));

    expect(eventData).not.toHaveProperty('sourceIPAddress');
    expect(eventData.additionalEventData?.['sourceIPAddress']).toBe(callerIpAddress);
  });

  it('an absent or empty address stays absent', () => {
    expect(keptOf(administrative({}))).not.toHaveProperty('sourceIPAddress');
    expect(keptOf(administrative({ callerIpAddress: '' })).additionalEventData).not.toHaveProperty(
      'sourceIPAddress',
    );
  });

  it("an unusable caller address gives way to the family's own", () => {
    const initiatedBy = { user: { id: 'u', ipAddress: '203.0.113.7' } };
    const record = {
      time: TIME,
      category: 'AuditLogs',
      callerIpAddress: '<null>',
      properties: { initiatedBy },
    };

    expect(keptOf(record).sourceIPAddress).toBe('203.0.113.7');
  });
});

describe('ids and duplicates', () => {
  it('a correlation id that is no GUID stays as it is', () => {
    const correlationId = '/subscriptions/s/incidents/L3N1YnNj=';

    expect(keptOf(administrative({ correlationId })).additionalEventData).toMatchObject({ correlationId });
  });

  it('byte-identical Activity lines are one event, wherever they stand', () => {
    const one = eventOf(administrative({}), { name: 'a/PT1H.json', offset: 0 });
    const two = eventOf(administrative({}), { name: 'b/PT1H.json', offset: 900 });

    expect(one.event.eventData.UID).toBe(two.event.eventData.UID);
    expect(one.event.id).not.toBe(two.event.id);
  });

  it('byte-identical lines of a resource log are two events, also after the blob was copied back', () => {
    const record = { time: TIME, category: 'AppServiceConsoleLogs' };
    const one = eventDataOf(record, { offset: 0 }).UID;

    expect(eventDataOf(record, { offset: 60 }).UID).not.toBe(one);
    expect(eventDataOf(record, { offset: 0, name: 'other/PT1H.json' }).UID).not.toBe(one);
    expect(eventDataOf(record, { offset: 0, generation: '2027-01-01T00:00:00Z' }).UID).toBe(one);
  });
});
