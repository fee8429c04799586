import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import fc from 'fast-check';
import type { DestinationName } from './in-process/account.ts';
import { anyBucketFaults, anyHistory } from './model/any-history.ts';
import type { Command } from './model/command.ts';
import { History } from './model/history.ts';
import { howToKeep, keptSeeds, type KeptSeed } from './model/kept-seeds.ts';

/** Histories of a default run; `CROSSTRAIL_MODEL_RUNS=20000 npm test -- tests/reliability/model` for a long one. */
const RUNS = Number(process.env['CROSSTRAIL_MODEL_RUNS'] ?? 400);
/** Histories with S3 as a destination, beside these. */
const RUNS_OF_ROWS = Math.ceil(RUNS / 4);
/** After which a run that goes on, or a search for a shorter history that fails too, is given up. */
const LIMIT_MS = Math.max(300_000, RUNS * 500);

const counts = { commands: 0, events: 0, rows: 0, rejects: 0, repeats: 0 };

async function hold(history: History, commands: readonly Command[]): Promise<void> {
  const found = await history.run(commands);
  if (found.length > 0) throw new Error(found.join('\n'));
  // A history is all microtasks; the timers of its deadlines end, and are freed, only when the event loop turns.
  await eventLoopTurn();
  const { accepted, rows, rejects, repeats } = history.deployment.evidence;
  counts.commands += commands.length;
  counts.events += accepted;
  counts.rows += rows;
  counts.rejects += rejects;
  counts.repeats += repeats;
}

const property = fc.asyncProperty(anyHistory, fc.scheduler(), (commands, scheduler) =>
  hold(new History(scheduler), commands),
);

/** With S3 as a destination, alone or beside CloudTrail Lake, which fails as it likes. */
const propertyOfRows = fc.asyncProperty(
  anyHistory,
  fc.scheduler(),
  fc.constantFrom<DestinationName>('S3', 'Both'),
  anyBucketFaults,
  (commands, scheduler, destination, faults) => {
    const history = new History(scheduler, destination);
    history.deployment.bucket.faults.push(...faults);
    return hold(history, commands);
  },
);

type Parameters = Pick<fc.Parameters, 'seed' | 'path' | 'numRuns'>;

/** Runs histories; throws, with what was wrong and how to keep the seed, when one fails. */
async function check<Drawn>(
  held: fc.IAsyncProperty<Drawn>,
  of: KeptSeed['of'],
  parameters: Parameters,
): Promise<number> {
  const details = await fc.check(held, { ...parameters, interruptAfterTimeLimit: LIMIT_MS });
  if (details.failed) {
    const report = await fc.asyncDefaultReportMessage(details);
    throw new Error(`${report}\n\n${howToKeep(of, details.seed, details.counterexamplePath)}`);
  }
  return details.numRuns;
}

describe('any history of a deployment', () => {
  it('that failed once holds now', async () => {
    const kept = keptSeeds();
    let held = 0;

    for (const { of, seed, path } of kept) {
      const parameters = { seed, path, numRuns: 1 };
      const runs = of === 'rows' ? check(propertyOfRows, of, parameters) : check(property, of, parameters);
      held += Math.sign(await runs);
    }

    expect(held).toBe(kept.length);
  });

  it.each([
    ['loses nothing, invents nothing, and reports what Azure took away', 'events', RUNS],
    ['gives no record two rows, and no row to a record that Lake has not', 'rows', RUNS_OF_ROWS],
  ] as const)(
    '%s',
    async (_, of, histories) => {
      for (const name of Object.keys(counts)) counts[name as keyof typeof counts] = 0;
      const parameters = { numRuns: histories };

      const runs =
        of === 'rows' ? await check(propertyOfRows, of, parameters) : await check(property, of, parameters);

      const { commands, events, rows, rejects, repeats } = counts;
      console.log(
        `${runs} histories of ${commands} commands: ${events} events, ${rows} rows and ${rejects} rejects, of which ${repeats} repeats`,
      );
      expect(runs).toBe(histories);
    },
    LIMIT_MS + 60_000,
  );
});
