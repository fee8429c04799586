import { RequestLimit } from '#shared/collection/request-limit.ts';

/** Time that passes only while somebody sleeps. */
function virtualTime() {
  const time = { now: 1_000 };
  return { time, now: () => time.now, sleep: async (ms: number) => void (time.now += ms) };
}

describe('a limit of requests', () => {
  it('holds in every span of time, wherever it begins', async () => {
    const { time, now, sleep } = virtualTime();
    const limit = new RequestLimit({ requests: 5, spanMs: 10_000 }, now, sleep);
    const began: number[] = [];

    for (let request = 0; request < 23; request += 1) {
      await limit.turn();
      began.push(time.now);
      time.now += (request * 7_919) % 1_500;
    }

    for (const start of began) {
      expect(began.filter((each) => each >= start && each < start + 10_000).length).toBeLessThanOrEqual(5);
    }
  });

  it('does not hold up what keeps below it', async () => {
    const { time, now, sleep } = virtualTime();
    const limit = new RequestLimit({ requests: 2, spanMs: 1_000 }, now, sleep);

    for (let request = 0; request < 10; request += 1) {
      await limit.turn();
      time.now += 500;
    }

    expect(time.now).toBe(1_000 + 10 * 500);
  });

  it('pauses for all who wait when the service asks for it', async () => {
    const { time, now, sleep } = virtualTime();
    const limit = new RequestLimit({ requests: 100, spanMs: 1_000 }, now, sleep);

    limit.pause(2_128);
    await Promise.all([limit.turn(), limit.turn()]);

    expect(time.now).toBe(1_000 + 2_128);
  });
});
