import type { EventData } from '#mapping/audit-event.ts';
import { rebuildRecord } from '#mapping/rebuild-record.ts';
import { administrative, eventDataOf } from './map-one.ts';

it('leaves the event as it is', () => {
  const eventData = eventDataOf(
    administrative({
      identity: { claims: { oid: 'o' } },
      properties: { requestbody: '{"a":[1]}', note: 'n' },
    }),
  );
  const before = JSON.stringify(eventData);

  const record = rebuildRecord(eventData) as { properties: { note: string }; identity: { claims: object } };
  record.properties.note = 'changed';
  Object.assign(record.identity.claims, { oid: 'changed' });

  expect(JSON.stringify(eventData)).toBe(before);
});

it('merges `properties` from all objects and writes texts again', () => {
  const record = administrative({
    properties: { requestbody: '{"a":[1]}', statusMessage: '{"b":2}', note: 'n', entity: '/e' },
    tenantId: 'T',
  });

  expect(rebuildRecord(eventDataOf(record))).toEqual(record);
});

it('gives an empty record back from an event that has no objects', () => {
  const eventData: EventData = {
    version: '1.0',
    userIdentity: { type: 'Unknown', principalId: 'p' },
    eventSource: 's',
    eventName: 'n',
    eventTime: '2026-11-20T10:00:12Z',
    UID: 'u',
    recipientAccountId: '123456789012',
  };

  expect(rebuildRecord(eventData)).toEqual({});
});

it.each(['/properties/gone', '/gone/deeper', '/properties', ''])(
  'passes over the parsed path "%s" that is not there any more',
  (path) => {
    const eventData = eventDataOf({ time: '2026-11-20T10:00:12Z', category: 'Alert', a: 1 });
    eventData.additionalEventData!['parsed'] = [path];

    expect(rebuildRecord(eventData)).toEqual({ time: '2026-11-20T10:00:12Z', category: 'Alert', a: 1 });
  },
);
