import type { JsonObject } from '#mapping/audit-event.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { administrative, canonical, eventDataOf } from './map-one.ts';

const TIME = '2026-11-20T10:00:12.1234567Z';

/** Maps a record that must be kept whole and returns its event data. */
function keptOf(record: JsonObject): ReturnType<typeof eventDataOf> {
  const eventData = eventDataOf(record);
  expect(canonical(rebuildRecord(eventData))).toBe(canonical(record));
  return eventData;
}

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
