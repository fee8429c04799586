import { accountAtQuiet } from './in-process/account-at-quiet.ts';
import { UNDISTURBED, type BoundaryCall, type Exposure, type Fate } from './in-process/instance.ts';
import { LONGEST_RECORD_BYTES, runScenario, WINDOW_BYTES } from './crash-scenario.ts';

/** Numbers the calls of a scenario, and gives one of them its fate. */
function numbered(at: number, fate: Fate): Exposure & { readonly calls: BoundaryCall[] } {
  const calls: BoundaryCall[] = [];
  return {
    ...UNDISTURBED,
    calls,
    fateOf: (name) => (calls.push(name) === at ? fate : undefined),
  };
}

describe('a crash', () => {
  it('anywhere loses nothing, commits nothing that is not settled, and repeats at most one window', async () => {
    const undisturbed = numbered(0, { when: 'before', error: undefined });
    const whole = await runScenario(undisturbed);
    expect(accountAtQuiet(whole)).toEqual([]);
    const { calls } = undisturbed;

    const found: string[] = [];
    let repeats = 0;
    let mostRepeatedBytes = 0;
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; at <= calls.length; at += 1) {
        const deployment = await runScenario(numbered(at, { when, error: undefined }));
        found.push(
          ...accountAtQuiet(deployment).map((what) => `${when} call ${at} (${calls[at - 1]}): ${what}`),
        );
        repeats += deployment.evidence.repeats - whole.evidence.repeats;
        mostRepeatedBytes = Math.max(mostRepeatedBytes, deployment.evidence.takeRepeatedBytes());
      }
    }

    console.log(
      `crash enumeration: ${2 * calls.length} crash points (${calls.length} calls, before and after each), ` +
        `${found.length} violations, ${repeats} records repeated, ` +
        `at most ${mostRepeatedBytes} bytes of a log object (window: ${WINDOW_BYTES})`,
    );
    expect(found).toEqual([]);
    expect(mostRepeatedBytes).toBeLessThan(WINDOW_BYTES + LONGEST_RECORD_BYTES);
  });
});
