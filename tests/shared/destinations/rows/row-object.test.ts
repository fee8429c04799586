import { gunzipSync } from 'node:zlib';
import type { AuditEvent } from '#mapping/audit-event.ts';
import {
  daysOf,
  encodeRows,
  recordObject,
  windowObjects,
  type PlacedEvent,
} from '#shared/destinations/rows/row-object.ts';

const LOG_OBJECT = {
  account: 'auditlogs',
  container: 'insights-activity-logs',
  name: 'resourceId=/SUBSCRIPTIONS/A/y=2026/m=11/d=20/h=10/m=00/PT1H.json',
  generation: '2026-11-20T10:00:12Z',
};
const FACTS = { region: 'eu-central-1', accountId: '111122223333' };

function eventAt(offset: number, eventTime: string): PlacedEvent {
  const event: AuditEvent = {
    id: `id-${offset}`,
    eventData: {
      version: '1.0',
      userIdentity: { type: 'User', principalId: 'a' },
      eventSource: 'MICROSOFT.STORAGE',
      eventName: 'MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE',
      eventTime,
      UID: `uid-${offset}`,
      recipientAccountId: '111122223333',
    },
  };
  return { event, offset };
}

const EVENTS = [
  eventAt(100, '2026-11-19T23:59:59Z'),
  eventAt(200, '2026-11-20T00:00:00Z'),
  eventAt(300, '2026-11-19T10:00:00Z'),
];

function rowIds(object: Parameters<typeof encodeRows>[0]): string[] {
  const text = gunzipSync(encodeRows(object, FACTS)).toString();
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { eventid: string }).eventid);
}

describe('the rows of a window', () => {
  it('are one object for each source and UTC day, in the order of the log object', () => {
    const objects = windowObjects(LOG_OBJECT, 100, EVENTS, []);

    expect(objects.map(({ key }) => key.replace(/[0-9a-f]{64}/, 'PLACE'))).toEqual([
      'events/source=insights-activity-logs/day=2026-11-19/PLACE-000000000000100.jsonl.gz',
      'events/source=insights-activity-logs/day=2026-11-20/PLACE-000000000000100.jsonl.gz',
    ]);
    expect(objects.map(rowIds)).toEqual([['id-100', 'id-300'], ['id-200']]);
    expect(daysOf(LOG_OBJECT, EVENTS)).toEqual(['2026-11-19', '2026-11-20']);
  });

  it('have the same keys and bytes whenever they are made', async () => {
    const encode = (): [string, string][] =>
      windowObjects(LOG_OBJECT, 100, EVENTS, []).map((object) => [
        object.key,
        encodeRows(object, FACTS).toString('hex'),
      ]);

    const first = encode();
    // gzip's header has a time in whole seconds, which has to be left out.
    await new Promise((resolve) => setTimeout(resolve, 1_001));

    expect(encode()).toEqual(first);
  });

  it('of an earlier try give way: a day that no event is left for gets an empty object', () => {
    const objects = windowObjects(LOG_OBJECT, 100, EVENTS.slice(1, 2), ['2026-11-19', '2026-11-20']);

    expect(objects.map(rowIds)).toEqual([[], ['id-200']]);
    expect(objects[0]?.key).toContain('/day=2026-11-19/');
  });

  it.each([
    ['account', { account: 'others' }],
    ['container', { container: 'insights-logs-signinlogs' }],
    ['name', { name: `${LOG_OBJECT.name}x` }],
    ['generation', { generation: '2026-11-20T10:00:13Z' }],
  ])('of another %s have other keys', (_, change) => {
    const [ours] = windowObjects(LOG_OBJECT, 100, EVENTS, []);
    const [others] = windowObjects({ ...LOG_OBJECT, ...change }, 100, EVENTS, []);

    expect(others?.key).not.toBe(ours?.key);
  });
});

it('the row of a replayed record is an object of its own, also where a window begins with the record', () => {
  const origin = { ...LOG_OBJECT, offset: 100, length: 50 };
  const [placed] = EVENTS as [PlacedEvent];

  const replayed = recordObject(origin, placed.event);

  const [window] = windowObjects(LOG_OBJECT, 100, EVENTS, []);
  expect(replayed.key).toMatch(/\/day=2026-11-19\/[0-9a-f]{64}-000000000000100-replayed\.jsonl\.gz$/);
  expect(replayed.key).not.toBe(window?.key);
  expect(replayed).toEqual(recordObject(origin, placed.event));
});

describe('the metadata of an object', () => {
  it('tell a person which log object and which of its records', () => {
    const [object] = windowObjects(LOG_OBJECT, 100, EVENTS, []);

    expect(object?.metadata).toEqual({
      account: 'auditlogs',
      container: 'insights-activity-logs',
      'log-object': LOG_OBJECT.name,
      generation: LOG_OBJECT.generation,
      rows: '2',
      'first-offset': '100',
      'last-offset': '300',
    });
  });

  it.each([
    ['blanks, letters of other scripts and lone surrogates', ' é🙂\ud800\u0000'],
    ['the longest name of one-byte characters', 'a'.repeat(1024)],
    ['a name that takes more than S3 allows', '🙂'.repeat(512)],
  ])('are headers within the limit of S3 for %s', (_, name) => {
    const [object] = windowObjects({ ...LOG_OBJECT, name }, 100, EVENTS, []);

    const entries = Object.entries(object?.metadata ?? {});
    expect(entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0)).toBeLessThan(2_000);
    for (const [, value] of entries) expect(value).toMatch(/^[\x21-\x7e]+$/);
    const whole = decodeURIComponent(object?.metadata['log-object'] ?? '');
    expect([name.toWellFormed(), '']).toContain(whole);
    if (whole === '') expect(object?.metadata['log-object-sha256']).toMatch(/^[0-9a-f]{64}$/);
  });
});
