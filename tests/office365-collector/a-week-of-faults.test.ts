import {
  startOffice365Server,
  type Content,
  type Office365Server,
} from '#local/microsoft/office365-server.ts';
import { CONTENT_LIMIT, CONTENT_TYPES } from '#office365-collector/content-types.ts';
import { isOffice365Throttle } from '#office365-collector/office365-answer.ts';
import { office365Plan } from '#office365-collector/office365-plan.ts';
import { Office365Source } from '#office365-collector/office365-source.ts';
import { ApiClient } from '#shared/collection/api-client.ts';
import { RequestLimit } from '#shared/collection/request-limit.ts';
import { InMemoryCollection } from '../shared/collection/in-memory-collection.ts';
import { seeded, VirtualClock } from '../shared/collection/virtual-clock.ts';

const HOUR_MS = 3_600_000;
const NOON = Date.parse('2026-11-20T12:00:00Z');
const TENANT = '11111111-2222-4333-8444-555555555555';
const NEVER = new AbortController().signal;

const servers: Office365Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** Content of an hour: every third piece holds a record of an earlier one again, as the service does by design. */
function contentOf(hour: number, random: () => number, before: string[]): Content[] {
  return Array.from({ length: 5 }, (_, piece) => {
    const own = Array.from({ length: 3 }, (_each, index) =>
      JSON.stringify({ Id: `${hour}-${piece}-${index}` }),
    );
    const again = piece % 3 === 0 ? before.slice(-40).filter((_each, index) => index % 20 === 0) : [];
    before.push(...own);
    const created = NOON + hour * HOUR_MS + Math.floor(random() * HOUR_MS);
    return { contentId: `content-${hour}-${piece}`, created, records: [...own, ...again] };
  });
}

async function stage({ faulty }: { readonly faulty: boolean }) {
  const [contentType] = CONTENT_TYPES;
  if (contentType === undefined) throw new Error('there is no content type');
  const clock = new VirtualClock(NOON);
  const random = seeded(7);
  const chance = (of: number) => (): boolean => faulty && random() < of;
  const office365 = await startOffice365Server({
    tenant: TENANT,
    now: clock.read,
    pageSize: 2,
    isToken: (token) => clock.now < Number(token) + HOUR_MS,
    faults: {
      alreadyEnabled: () => faulty,
      throttle: chance(0.1),
      status: () => (chance(0.05)() ? [500, 503, 429][Math.floor(random() * 3)] : undefined),
    },
  });
  servers.push(office365);
  let token = clock.now;
  const events: string[] = [];
  const client = new ApiClient({
    scope: 'https://manage.office.com/.default',
    tokens: { tokenFor: async () => String(token), forget: () => void (token = clock.now) },
    limit: new RequestLimit(CONTENT_LIMIT, clock.read, clock.sleep),
    isThrottle: isOffice365Throttle,
    now: clock.read,
    sleep: clock.sleep,
    random,
  });
  const lists = new Map<number, readonly string[]>();
  const source = new Office365Source(contentType, {
    client,
    endpoint: office365.endpoint,
    tenant: TENANT,
    lists: {
      load: async (from) => lists.get(from) ?? [],
      save: async (from, contentUris) => void lists.set(from, contentUris),
    },
    telemetry: { emit: (name) => void events.push(name) },
  });
  const world = new InMemoryCollection(office365Plan(contentType, TENANT, 0), NOON, 200, source);
  return { clock, office365, source, world, random, contentType: contentType.contentType, events, lists };
}

describe('Office 365', () => {
  it('is collected without a gap or a double over days of faults, repeated records and crashes', async () => {
    const { clock, office365, source, world, random, contentType } = await stage({ faulty: true });
    await source.subscribe(NEVER);
    const before: string[] = [];
    await world.run();

    for (let hour = 0; hour < 60; hour += 1) {
      office365.add(contentType, contentOf(hour, random, before));
      clock.now = Math.max(clock.now, NOON + (hour + 1) * HOUR_MS);
      world.now = clock.now;
      const dies = hour % 4 === 3 ? { call: Math.floor(random() * 30), when: 'after' as const } : undefined;
      await world.run(dies).catch((error: unknown) => expect(error).toMatchObject({ passing: true }));
    }
    clock.now += HOUR_MS;
    world.now = clock.now;
    await world.run();

    const ids = before.map((text) => (JSON.parse(text) as { Id: string }).Id).toSorted();
    expect(ids).toHaveLength(900);
    expect(office365.report.gaps(ids)).toEqual([]);
    expect(world.collected()).toEqual(ids);
    expect(office365.report.overlaps()).toBeGreaterThan(0);
    expect(office365.answered.get(403)).toBeGreaterThan(0);
    expect(office365.answered.get(401)).toBeGreaterThan(0);
  });

  it('starts a subscription once, and takes "already enabled" for success', async () => {
    const { office365, source, contentType, events } = await stage({ faulty: false });

    await source.subscribe(NEVER);
    await source.subscribe(NEVER);

    expect([...office365.subscriptions]).toEqual([contentType]);
    expect(events).toEqual(['collection.subscribed']);
  });

  it('tells a gap when it stood still for longer than content lives, and goes on behind it', async () => {
    const { clock, office365, source, world, random, contentType } = await stage({ faulty: false });
    await source.subscribe(NEVER);
    await world.run();
    office365.add(contentType, contentOf(0, random, []));
    clock.now += 10 * 24 * HOUR_MS;
    office365.add(contentType, contentOf(10 * 24 - 3, random, []));
    world.now = clock.now;

    await world.run();
    world.now = clock.now;
    await world.run();

    expect(world.events.filter((event) => event === 'collection.gap')).toHaveLength(1);
    expect(world.collected()).toHaveLength(15);
  });

  it('says how much of a list was no longer there when it was fetched', async () => {
    const { clock, office365, source, contentType, events, lists } = await stage({ faulty: false });
    await source.subscribe(NEVER);
    office365.add(contentType, [{ contentId: 'old', created: NOON - HOUR_MS, records: ['{"Id":"lost"}'] }]);
    clock.now += 7 * 24 * HOUR_MS;
    const from = clock.now - HOUR_MS;
    office365.add(contentType, [{ contentId: 'new', created: from, records: ['{"Id":"kept"}'] }]);
    // What a run that died had listed, and could not fetch.
    lists.set(from, [`${office365.endpoint}/api/v1.0/${TENANT}/activity/feed/audit/old`]);
    const keys: string[] = [];

    for await (const page of source.read({ from, to: clock.now }, NEVER))
      keys.push(...page.map(({ key }) => key));

    expect(keys).toEqual(['kept']);
    expect(events).toContain('collection.content-expired');
  });
});
