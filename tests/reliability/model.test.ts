import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { anyHistory } from './model/any-history.ts';
import { History } from './model/history.ts';
import { howToKeep, keptSeeds } from './model/kept-seeds.ts';

/** Histories of a default run; `CROSSTRAIL_MODEL_RUNS=20000 npm test -- tests/reliability/model` for a long one. */
const RUNS = Number(process.env['CROSSTRAIL_MODEL_RUNS'] ?? 400);
/** After which a run that goes on, or a search for a shorter history that fails too, is given up. */
const LIMIT_MS = Math.max(300_000, RUNS * 500);

const counts = { commands: 0, events: 0, rejects: 0, repeats: 0 };

const property = fc.asyncProperty(anyHistory, fc.scheduler(), async (commands, scheduler) => {
  const history = new History(scheduler);
  const found = await history.run(commands);
  if (found.length > 0) throw new Error(found.join('\n'));
  // A history is all microtasks; the timers of its deadlines end, and are freed, only when the event loop turns.
  await eventLoopTurn();
  const { accepted, rejects, repeats } = history.deployment.evidence;
  counts.commands += commands.length;
  counts.events += accepted;
  counts.rejects += rejects;
  counts.repeats += repeats;
});

type Parameters = Pick<fc.Parameters, 'seed' | 'path' | 'numRuns'>;

/** Runs histories; throws, with what was wrong and how to keep the seed, when one fails. */
async function check(parameters: Parameters): Promise<number> {
  const details = await fc.check(property, { ...parameters, interruptAfterTimeLimit: LIMIT_MS });
  if (details.failed) {
    const report = await fc.asyncDefaultReportMessage(details);
    throw new Error(`${report}\n\n${howToKeep(details.seed, details.counterexamplePath)}`);
  }
  return details.numRuns;
}

describe('any history of a deployment', () => {
  it('that failed once holds now', async () => {
    const kept = keptSeeds();
    let held = 0;

    for (const { seed, path } of kept) held += Math.sign(await check({ seed, path, numRuns: 1 }));

    expect(held).toBe(kept.length);
  });

  it(
    'loses nothing, invents nothing, and reports what Azure took away',
    async () => {
      const runs = await check({ numRuns: RUNS });

      const { commands, events, rejects, repeats } = counts;
      console.log(
        `${runs} histories of ${commands} commands: ${events} events and ${rejects} rejects, of which ${repeats} repeats`,
      );
      expect(runs).toBe(RUNS);
    },
    LIMIT_MS + 60_000,
  );
});
