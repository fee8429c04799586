import fc from 'fast-check';
import { anyHistory } from './model/any-history.ts';
import { History } from './model/history.ts';
import { howToKeep, keptSeeds } from './model/kept-seeds.ts';

/** Histories of a default run; `CROSSTRAIL_MODEL_RUNS=20000 npm test -- tests/reliability/model` for a long one. */
const RUNS = Number(process.env['CROSSTRAIL_MODEL_RUNS'] ?? 300);

const property = fc.asyncProperty(anyHistory, fc.scheduler(), async (history, scheduler) => {
  const found = await new History(scheduler).run(history);
  if (found.length > 0) throw new Error(found.join('\n'));
});

async function check(parameters: fc.Parameters<[unknown, unknown]>): Promise<number> {
  const details = await fc.check(property, { endOnFailure: false, ...parameters } as never);
  if (details.failed) {
    const report = await fc.asyncDefaultReportMessage(details);
    throw new Error(`${report}\n\n${howToKeep(details.seed, details.counterexamplePath)}`);
  }
  return details.numRuns;
}

describe('any history of a deployment', () => {
  it('that failed once holds now', async () => {
    for (const { seed, path } of keptSeeds()) await check({ seed, path, numRuns: 1 });
    expect(keptSeeds().every(({ found }) => found !== '')).toBe(true);
  });

  it(
    'loses nothing, invents nothing, and reports what Azure took away',
    async () => {
      const runs = await check({ numRuns: RUNS });

      console.log(`model: ${runs} histories, 0 violations, ${keptSeeds().length} kept seeds`);
      expect(runs).toBe(RUNS);
    },
    Math.max(60_000, RUNS * 1_000),
  );
});
