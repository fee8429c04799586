import { accountAtQuiet } from './in-process/account-at-quiet.ts';
import { UNDISTURBED, type BoundaryCall, type Exposure, type Fate } from './in-process/instance.ts';
import { serviceError } from './in-process/service-error.ts';
import { LONGEST_RECORD_BYTES, runScenario, WINDOW_BYTES } from './crash-scenario.ts';

/** Everything that the two functions call. */
const CALLS: readonly BoundaryCall[] = [
  'checkpoint.query',
  'checkpoint.read',
  'checkpoint.write',
  'events.put',
  'listing.below',
  'listing.level',
  'log-object.read',
  'range.delay',
  'range.delete',
  'range.send',
  'reject.send',
  'secret.read',
  'watermark.read',
  'watermark.write',
];

/** Numbers the calls of a scenario, and gives one of them its fate. */
function numbered(at: number, fateOf: (name: BoundaryCall) => Fate | undefined) {
  const calls: BoundaryCall[] = [];
  const exposure: Exposure = {
    ...UNDISTURBED,
    fateOf: (name) => (calls.push(name) === at ? fateOf(name) : undefined),
  };
  return { calls, exposure };
}

async function undisturbed() {
  const { calls, exposure } = numbered(0, () => undefined);
  return { calls, deployment: await runScenario(exposure) };
}

describe('the scenario', () => {
  it('makes every call, and comes through undisturbed without a repeat', async () => {
    const { calls, deployment } = await undisturbed();

    expect([...new Set(calls)].sort()).toEqual(CALLS);
    expect(accountAtQuiet(deployment)).toEqual([]);
    expect(deployment.evidence.repeats).toBe(0);
    expect(deployment.emitted.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'aggregation.paused',
        'aggregation.finished',
        'range.unfinished',
        'range.settled',
        'record.rejected',
        'delivery.throttled',
      ]),
    );
  });
});

describe.each([
  ['a crash', (): undefined => undefined],
  ['a failure', serviceError],
])('%s', (what, errorOf) => {
  it('anywhere loses nothing, commits nothing that is not settled, and repeats at most one window', async () => {
    const { calls } = await undisturbed();
    const found: string[] = [];
    let repeats = 0;
    let mostRepeatedBytes = 0;

    for (const when of ['before', 'after'] as const) {
      for (let at = 1; at <= calls.length; at += 1) {
        const { exposure } = numbered(at, (name) => ({ when, error: errorOf(name) }));
        const deployment = await runScenario(exposure);
        const where = `${what} ${when} call ${at} (${calls[at - 1]})`;
        found.push(...accountAtQuiet(deployment).map((violation) => `${where}: ${violation}`));
        repeats += deployment.evidence.repeats;
        mostRepeatedBytes = Math.max(mostRepeatedBytes, deployment.evidence.takeRepeatedBytes());
      }
    }

    console.log(
      `${what} at each of ${2 * calls.length} points (${calls.length} calls, before and after the effect): ` +
        `${found.length} violations, ${repeats} records repeated in all, ` +
        `at most ${mostRepeatedBytes} bytes of one log object (window: ${WINDOW_BYTES})`,
    );
    expect(found).toEqual([]);
    expect(mostRepeatedBytes).toBeLessThan(WINDOW_BYTES + LONGEST_RECORD_BYTES);
  });
});
