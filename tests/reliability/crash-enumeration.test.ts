import type { DestinationName } from './in-process/account.ts';
import { accountAtQuiet } from './in-process/account-at-quiet.ts';
import { UNDISTURBED, type BoundaryCall, type Exposure, type Fate } from './in-process/instance.ts';
import { serviceError } from './in-process/service-error.ts';
import { LONGEST_RECORD_BYTES, runScenario, WINDOW_BYTES } from './crash-scenario.ts';

/** What the two functions call, whatever the destination. */
const CALLS: readonly BoundaryCall[] = [
  'checkpoint.query',
  'checkpoint.read',
  'checkpoint.write',
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

const DESTINATIONS: readonly (readonly [DestinationName, BoundaryCall[], telemetry: string[]])[] = [
  ['CloudTrailLake', ['events.put'], ['delivery.throttled']],
  ['S3', ['rows.put'], ['rows.retried']],
  ['Both', ['events.put', 'rows.put'], ['delivery.throttled', 'rows.retried']],
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

async function undisturbed(destination: DestinationName) {
  const { calls, exposure } = numbered(0, () => undefined);
  return { calls, deployment: await runScenario(exposure, destination) };
}

describe.each(DESTINATIONS)('the scenario with destination %s', (destination, own, telemetry) => {
  it('makes every call, and comes through undisturbed without a repeat', async () => {
    const { calls, deployment } = await undisturbed(destination);

    expect([...new Set(calls)].sort()).toEqual([...CALLS, ...own].sort());
    expect(accountAtQuiet(deployment)).toEqual([]);
    expect(deployment.evidence.repeats).toBe(0);
    expect(deployment.emitted.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'aggregation.paused',
        'aggregation.finished',
        'range.unfinished',
        'range.settled',
        'record.rejected',
        ...telemetry,
      ]),
    );
  });
});

/** Calls from the first row of a window to its commit. */
const OF_ROWS: ReadonlySet<BoundaryCall> = new Set<BoundaryCall>([
  'checkpoint.write',
  'reject.send',
  'rows.put',
]);

/**
 * Points at which something goes wrong, before or after the effect of the call of that number. What listing, queues and
 * reading make of it is tried with CloudTrail Lake; with S3 only the calls around rows are, where a crash before one is a
 * crash after another. `CROSSTRAIL_EVERY_POINT=1 npm test -- tests/reliability/crash` tries every call for each.
 */
function pointsOf(
  calls: readonly BoundaryCall[],
  destination: DestinationName,
  what: 'a crash' | 'a failure',
): { at: number; when: Fate['when'] }[] {
  const all = destination === 'CloudTrailLake' || process.env['CROSSTRAIL_EVERY_POINT'] !== undefined;
  const whens = all || what === 'a failure' ? (['before', 'after'] as const) : (['after'] as const);
  return whens.flatMap((when) =>
    calls.flatMap((name, index) => (all || OF_ROWS.has(name) ? [{ at: index + 1, when }] : [])),
  );
}

describe.each(
  DESTINATIONS.flatMap(([destination]) => [
    [destination, 'a crash', (): undefined => undefined] as const,
    [destination, 'a failure', serviceError] as const,
  ]),
)('with destination %s, %s', (destination, what, errorOf) => {
  it('anywhere loses nothing, commits nothing that is not settled, repeats at most one window, and gives no record two rows', async () => {
    const { calls } = await undisturbed(destination);
    const found: string[] = [];
    let repeats = 0;
    let mostRepeatedBytes = 0;

    const points = pointsOf(calls, destination, what);
    for (const { at, when } of points) {
      const { exposure } = numbered(at, (name) => ({ when, error: errorOf(name) }));
      const deployment = await runScenario(exposure, destination);
      const where = `${what} ${when} call ${at} (${calls[at - 1]})`;
      found.push(...accountAtQuiet(deployment).map((violation) => `${where}: ${violation}`));
      repeats += deployment.evidence.repeats;
      mostRepeatedBytes = Math.max(mostRepeatedBytes, deployment.evidence.takeRepeatedBytes());
    }

    console.log(
      `${destination}: ${what} at each of ${points.length} points (of ${calls.length} calls): ` +
        `${found.length} violations, ${repeats} records repeated in all, ` +
        `at most ${mostRepeatedBytes} bytes of one log object (window: ${WINDOW_BYTES})`,
    );
    expect(found).toEqual([]);
    expect(mostRepeatedBytes).toBeLessThan(WINDOW_BYTES + LONGEST_RECORD_BYTES);
  });
});
