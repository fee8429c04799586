import type { DestinationName } from './in-process/account.ts';
import { accountAtQuiet } from './in-process/account-at-quiet.ts';
import { UNDISTURBED, type BoundaryCall, type Exposure, type Fate } from './in-process/instance.ts';
import { POLICY_LEFT_OUT } from './in-process/rules.ts';
import { serviceError } from './in-process/service-error.ts';
import { runScenario } from './crash-scenario.ts';

/** Calls around the commits, where a record that is left out could be lost, delivered or counted twice. */
const AROUND_COMMITS: ReadonlySet<BoundaryCall> = new Set<BoundaryCall>([
  'checkpoint.write',
  'events.put',
  'reject.send',
  'rows.put',
]);

function numbered(at: number, fate: Fate | undefined) {
  const calls: BoundaryCall[] = [];
  const exposure: Exposure = {
    ...UNDISTURBED,
    fateOf: (name) => (calls.push(name) === at ? fate : undefined),
  };
  return { calls, exposure };
}

async function undisturbed(destination: DestinationName) {
  const { calls, exposure } = numbered(0, undefined);
  return { calls, deployment: await runScenario(exposure, destination, POLICY_LEFT_OUT) };
}

it('the scenario leaves records out, and the account of every log object adds up', async () => {
  const { deployment } = await undisturbed('Both');

  const lives = deployment.storage.lives;
  const left = lives.reduce((sum, life) => sum + (deployment.checkpoints.of(life)?.excludedRecords ?? 0), 0);
  expect(accountAtQuiet(deployment)).toEqual([]);
  expect(left).toBeGreaterThan(5);
  expect(deployment.evidence.rejects).toBeGreaterThanOrEqual(2);
});

it('rules that nobody carries out are seen by the oracles', async () => {
  const { exposure } = numbered(0, undefined);

  const deployment = await runScenario(exposure, 'Both', { ...POLICY_LEFT_OUT, rules: {} });

  for (const sign of [
    /is to be left out/,
    /an event holds what is to be hidden/,
    /a row holds/,
    /0 excluded, but/,
  ])
    expect(deployment.violations).toContainEqual(expect.stringMatching(sign));
});

it.each([
  ['Both', 'a crash', undefined],
  ['Both', 'a failure', serviceError('checkpoint.write')],
  ['S3', 'a crash', undefined],
] as const)(
  'with destination %s, %s around any commit delivers nothing that is left out, and counts it once',
  async (destination, what, error) => {
    const { calls } = await undisturbed(destination);
    const points = calls.flatMap((name, index) => (AROUND_COMMITS.has(name) ? [index + 1] : []));
    const found: string[] = [];

    for (const at of points) {
      for (const when of ['before', 'after'] as const) {
        const { exposure } = numbered(at, { when, error });
        const deployment = await runScenario(exposure, destination, POLICY_LEFT_OUT);
        const where = `${what} ${when} call ${at} (${calls[at - 1]})`;
        found.push(...accountAtQuiet(deployment).map((violation) => `${where}: ${violation}`));
      }
    }

    expect(points.length).toBeGreaterThan(20);
    expect(found).toEqual([]);
  },
);
