import { GRAPH_LIMITS, GRAPH_LOG_TYPES, type GraphLogType } from '#graph-collector/graph-log-types.ts';
import { graphPlan } from '#graph-collector/graph-plan.ts';
import { isGraphThrottle } from '#graph-collector/graph-refusal.ts';
import { GraphSource } from '#graph-collector/graph-source.ts';
import { startGraphServer, type GraphServer } from '#local/microsoft/graph-server.ts';
import { ApiClient } from '#shared/collection/api-client.ts';
import { RequestLimit } from '#shared/collection/request-limit.ts';
import { InMemoryCollection } from '../shared/collection/in-memory-collection.ts';
import { seeded, VirtualClock } from '../shared/collection/virtual-clock.ts';

const HOUR_MS = 3_600_000;
const NOON = Date.parse('2026-11-20T12:00:00Z');
const TENANT = '11111111-2222-4333-8444-555555555555';

const servers: GraphServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const EVENT_TYPES: Readonly<Record<string, string>> = {
  'entra-signins-noninteractive': 'nonInteractiveUser',
  'entra-signins-serviceprincipal': 'servicePrincipal',
  'entra-signins-managedidentity': 'managedIdentity',
};

/** Four days of a log type, two of them before the first run; each eighth record comes up to 50 hours late. */
function days({ logType, timeProperty }: GraphLogType, random: () => number) {
  return Array.from({ length: 400 }, (_, index) => {
    const time = NOON - 24 * HOUR_MS + Math.floor(random() * 48 * HOUR_MS);
    const late = index % 8 === 0 ? random() * 50 * HOUR_MS : random() * 10 * 60_000;
    // Some stand on the very end of an hour, which two windows have.
    const moment = index % 10 === 0 ? Math.floor(time / HOUR_MS) * HOUR_MS : time;
    const eventType = EVENT_TYPES[logType];
    const record = {
      id: `${logType}-${index}`,
      [timeProperty]: new Date(moment).toISOString(),
      ...(eventType === undefined ? {} : { signInEventTypes: [eventType] }),
    };
    return { json: JSON.stringify(record), visibleFrom: time + late };
  });
}

async function stage(logType: GraphLogType, faulty: boolean) {
  const clock = new VirtualClock(NOON);
  const random = seeded(logType.logType.length);
  const chance = (of: number) => (): boolean => faulty && random() < of;
  const graph = await startGraphServer({
    now: clock.read,
    largestPage: 7,
    faults: {
      loseSkipToken: chance(0.03),
      emptyPage: chance(0.1),
      status: () => (chance(0.1)() ? [429, 500, 503, 504][Math.floor(random() * 4)] : undefined),
    },
    // A token of this test is over after an hour, in the middle of whatever goes on.
    isToken: (token) => clock.now < Number(token) + HOUR_MS,
  });
  servers.push(graph);
  const records = days(logType, random);
  graph.add(logType.path, records);
  let token = clock.now;
  const client = new ApiClient({
    scope: 'https://graph.microsoft.com/.default',
    tokens: { tokenFor: async () => String(token), forget: () => void (token = clock.now) },
    limit: new RequestLimit(GRAPH_LIMITS[logType.limit], clock.read, clock.sleep),
    isThrottle: isGraphThrottle,
    now: clock.read,
    sleep: clock.sleep,
    random,
  });
  const source = new GraphSource(client, graph.endpoint, logType);
  const plan = graphPlan(logType, TENANT, { daysBack: 1, retentionDays: 30 });
  const world = new InMemoryCollection(plan, NOON, 600, source);
  return { clock, graph, records, world, random };
}

/** One of each limit, version, filter and page size; the others differ in names only. */
const TYPICAL = new Set(['entra-signins-noninteractive', 'entra-audits', 'entra-risk-detections']);

const CASES = GRAPH_LOG_TYPES.filter(({ logType }) => TYPICAL.has(logType)).map(
  (logType) => [logType.logType, logType] as const,
);

describe.each(CASES)('%s', (_, logType) => {
  it('is collected without a gap or a double over days of faults, late records and crashes', async () => {
    const { clock, graph, records, world, random } = await stage(logType, true);

    for (let hour = 0; hour < 110; hour += 1) {
      world.now = clock.now;
      const dies = hour % 5 === 3 ? { call: Math.floor(random() * 40), when: 'after' as const } : undefined;
      await world.run(dies).catch((error: unknown) => expect(error).toMatchObject({ passing: true }));
      clock.now = NOON + (hour + 1) * HOUR_MS;
    }

    const ids = records.map(({ json }) => (JSON.parse(json) as { id: string }).id).toSorted();
    expect(graph.report.gaps(ids)).toEqual([]);
    expect(world.collected()).toEqual(ids);
    expect(graph.report.overlaps()).toBeGreaterThan(0);
    expect(graph.answered.get(429) ?? 0).toBeGreaterThan(0);
    expect(graph.answered.get(401)).toBeGreaterThan(0);
  });

  it('asks no more often than the service allows, so that an undisturbed day knows no throttle', async () => {
    const { clock, graph, world } = await stage(logType, false);

    for (let hour = 0; hour < 30; hour += 1) {
      world.now = clock.now;
      await world.run();
      clock.now = Math.max(clock.now, NOON + (hour + 1) * HOUR_MS);
    }

    expect(graph.answered.get(200)).toBeGreaterThan(100);
    expect(graph.answered.get(429)).toBeUndefined();
  });
});
