import { RequestPace } from '#shared/destinations/request-pace.ts';
import { mostInASecond, seededRandom, VirtualTime } from './virtual-time.ts';

function start(rate: number, lateness?: () => number) {
  const time = new VirtualTime(lateness);
  const pace = new RequestPace(
    rate,
    () => time.now,
    (ms) => time.sleep(ms),
  );
  const turns: number[] = [];
  const take = async (): Promise<void> => {
    await pace.turn();
    turns.push(time.now);
  };
  return { time, pace, turns, take };
}

it('the first turn comes at once, the others follow one interval after another', async () => {
  const { time, turns, take } = start(4);

  void Promise.all(Array.from({ length: 5 }, take));
  await time.run(10_000);

  expect(turns).toEqual([0, 250, 500, 750, 1_000]);
});

it('who asks later than the interval does not wait', async () => {
  const { time, turns, take } = start(4);

  await take();
  time.now = 5_000;
  await take();

  expect(turns).toEqual([0, 5_000]);
});

it('turns that were missed while the process was busy are made up for', async () => {
  let blocked = 600;
  const { time, turns, take } = start(10, () => {
    const late = blocked;
    blocked = 0;
    return late;
  });

  void Promise.all(Array.from({ length: 5 }, take));
  await time.run(10_000);

  expect(turns).toEqual([0, 700, 700, 700, 700]);
});

it('turns that nobody asked for are not made up for', async () => {
  const { time, turns, take } = start(10);
  await take();

  time.now = 5_000;
  void Promise.all(Array.from({ length: 3 }, take));
  await time.run(10_000);

  expect(turns).toEqual([0, 5_000, 5_100, 5_200]);
});

it('what is made up for does not crowd a second', async () => {
  let blocked = 900;
  const { time, turns, take } = start(4, () => {
    const late = blocked;
    blocked = 0;
    return late;
  });

  void Promise.all(Array.from({ length: 8 }, take));
  await time.run(10_000);

  expect(turns).toEqual([0, 1_150, 1_150, 1_150, 1_150, 2_150, 2_150, 2_150]);
  expect(mostInASecond(turns)).toBe(4);
});

it('a pause holds up those who wait already, but for the one whose timer runs', async () => {
  const { time, pace, turns, take } = start(10);
  void Promise.all(Array.from({ length: 4 }, take));
  await time.run(150);

  pace.pause(2_000);
  await time.run(10_000);

  expect(turns).toEqual([0, 100, 200, 2_100]);
});

it('a pause that is shorter than what is waited for anyway changes nothing', async () => {
  const { time, pace, turns, take } = start(1);
  await take();

  pace.pause(100);
  void take();
  await time.run(10_000);

  expect(turns).toEqual([0, 1_000]);
});

it.each([3, 7, 14, 45, 90])(
  'no second holds more than %d turns of that rate, however late timers are',
  async (rate) => {
    const random = seededRandom(rate);
    const { time, turns, take } = start(rate, () => Math.floor(random() * 40));
    const caller = async (): Promise<void> => {
      for (;;) await take();
    };

    for (let callers = 0; callers < 16; callers += 1) void caller();
    await time.run(20_000);

    expect(turns.length).toBeGreaterThan(rate * 20 * 0.8);
    expect(mostInASecond(turns)).toBeLessThanOrEqual(rate);
  },
);
