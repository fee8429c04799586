import type { CollectionPlan } from '#shared/collection/plan.ts';
import { HOUR_MS, InMemoryCollection, type ApiRecord, type Fate } from './in-memory-collection.ts';

const NOON = Date.parse('2026-11-20T12:00:00Z');
const MINUTE_MS = 60_000;

const PLAN: CollectionPlan = {
  tenant: '11111111-2222-4333-8444-555555555555',
  logType: 'entra-signins',
  windowMs: HOUR_MS,
  stepMs: HOUR_MS,
  passes: [
    { name: 'first', lagMs: 15 * MINUTE_MS },
    { name: 'late', lagMs: 6 * HOUR_MS },
  ],
  startBackMs: 3 * HOUR_MS,
  reachMs: 29 * 24 * HOUR_MS,
};

/** Records of three hours: some on the hour itself, which two windows have, and some that the API gives hours late. */
function apiRecords(): ApiRecord[] {
  return Array.from({ length: 14 }, (_, index) => {
    const time = NOON - 3 * HOUR_MS + index * 15 * MINUTE_MS;
    return {
      id: `r${String(index).padStart(2, '0')}`,
      time,
      visibleFrom: index % 4 === 3 ? time + 5 * HOUR_MS : time,
    };
  });
}

function ids(records: readonly ApiRecord[]): string[] {
  return records.map(({ id }) => id).toSorted();
}

/** After a run without time: it saved where to start, which later runs keep to. */
async function started(): Promise<InMemoryCollection> {
  const world = new InMemoryCollection(PLAN, NOON);
  world.records.push(...apiRecords());
  await world.run(undefined, { remainingMs: 1_000 });
  return world;
}

/** Hourly runs until every pass is over the records, as the schedule starts them. */
async function runForADay(world: InMemoryCollection): Promise<void> {
  for (let hour = 0; hour < 14; hour += 1) {
    world.now += HOUR_MS;
    await world.run();
  }
}

describe('a log type', () => {
  it('is collected once, records that the API gives late or twice included', async () => {
    const world = await started();

    await world.run();
    const early = world.collected();
    await runForADay(world);

    expect(early.length).toBeLessThan(14);
    expect(world.collected()).toEqual(ids(world.records));
  });

  it('says up to when it was read, and what it wrote', async () => {
    const world = await started();

    const result = await world.run();

    expect(result).toMatchObject({
      windows: 2,
      records: 7,
      complete: true,
      collectedUpTo: '2026-11-20T11:00:00.000Z',
    });
    expect(result?.repeated).toBeGreaterThan(0);
  });

  it('is left to the run that has it', async () => {
    const world = await started();
    await world.run({ call: 5, when: 'after' });

    const result = await world.run();

    expect(result).toMatchObject({ complete: false, windows: 0 });
  });
});

describe('a first run over days', () => {
  it('reads once what is so old that a later pass would read it at this age', async () => {
    const plan = { ...PLAN, startBackMs: 48 * HOUR_MS };
    const world = new InMemoryCollection(plan, NOON);

    const result = await world.run();
    world.now += HOUR_MS;
    const next = await world.run();

    // Whole hours up to a quarter of an hour ago, and none of them twice.
    expect(result?.windows).toBe(47);
    // The hour that is new, and the one that is six hours old by now.
    expect(next?.windows).toBe(2);
  });
});

/** Every call of a run at which it can die. */
async function fates(hoursBefore: number): Promise<Fate[]> {
  const world = await started();
  for (let hour = 0; hour < hoursBefore; hour += 1) {
    await world.run();
    world.now += HOUR_MS;
  }
  await world.run();
  return world.calls.flatMap((_, call) => [
    { call, when: 'before' as const },
    { call, when: 'after' as const },
  ]);
}

describe('a run that dies', () => {
  it.each([0, 5, 6])(
    'at any call, %i hours after the start, loses nothing and writes nothing twice',
    async (hours) => {
      const all = await fates(hours);
      const wrong: unknown[] = [];

      for (const fate of all) {
        const world = await started();
        for (let hour = 0; hour < hours; hour += 1) {
          await world.run();
          world.now += HOUR_MS;
        }
        await world.run(fate);
        await runForADay(world);
        const found = world.collected();
        if (JSON.stringify(found) !== JSON.stringify(ids(world.records))) wrong.push({ fate, found });
      }

      console.log(
        `a crash at each of ${all.length} points, ${hours} hours after the start: ${wrong.length} violations`,
      );
      expect(all.length).toBeGreaterThan(10);
      expect(wrong).toEqual([]);
    },
  );

  it('twice, at any two calls, loses nothing and writes nothing twice', async () => {
    const all = await fates(0);
    const wrong: unknown[] = [];

    for (const first of all) {
      for (const second of all.filter(({ call }) => call % 3 === 0)) {
        const world = await started();
        await world.run(first);
        world.now += HOUR_MS;
        await world.run(second);
        await runForADay(world);
        const found = world.collected();
        if (JSON.stringify(found) !== JSON.stringify(ids(world.records)))
          wrong.push({ first, second, found });
      }
    }

    expect(wrong).toEqual([]);
  });
});

describe('time that cannot be read any more', () => {
  it('is a gap that is told, once, and what follows it is collected', async () => {
    const world = new InMemoryCollection({ ...PLAN, reachMs: 10 * HOUR_MS }, NOON);
    await world.run();
    world.now += 20 * HOUR_MS;
    world.records.push({ id: 'new', time: world.now - 2 * HOUR_MS, visibleFrom: 0 });

    await world.run();
    await world.run();

    expect(world.events.filter((event) => event === 'collection.gap')).toHaveLength(1);
    expect(world.states.get('entra-signins')?.gaps).toEqual([
      { from: NOON - HOUR_MS, to: NOON + 10 * HOUR_MS },
    ]);
    expect(world.collected()).toEqual(['new']);
  });
});

describe('a run without time', () => {
  it('begins no window, and says that more is due', async () => {
    const world = await started();

    const result = await world.run(undefined, { remainingMs: 1_000 });

    expect(result).toMatchObject({ windows: 0, complete: false });
    expect(world.objects.size).toBe(0);
  });
});
