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

/**
 * Calls on which the destination has a bearing. The others are listing and queues, which are tried for one destination;
 * `CROSSTRAIL_EVERY_POINT=1 npm test -- tests/reliability/crash` tries every call for each.
 */
const OF_DELIVERY: ReadonlySet<BoundaryCall> = new Set<BoundaryCall>([
  'checkpoint.write',
  'events.put',
  'log-object.read',
  'range.delete',
  'reject.send',
  'rows.put',
]);

/** Points at which something goes wrong: before or after the effect of the call of that number. */
function pointsOf(
  calls: readonly BoundaryCall[],
  destination: DestinationName,
): { at: number; when: Fate['when'] }[] {
  const isTried = (name: BoundaryCall): boolean =>
    destination === 'CloudTrailLake' ||
    OF_DELIVERY.has(name) ||
    process.env['CROSSTRAIL_EVERY_POINT'] !== undefined;
  return (['before', 'after'] as const).flatMap((when) =>
    calls.flatMap((name, index) => (isTried(name) ? [{ at: index + 1, when }] : [])),
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

    const points = pointsOf(calls, destination);
    for (const { at, when } of points) {
      const { exposure } = numbered(at, (name) => ({ when, error: errorOf(name) }));
      const deployment = await runScenario(exposure, destination);
      const where = `${what} ${when} call ${at} (${calls[at - 1]})`;
      found.push(...accountAtQuiet(deployment).map((violation) => `${where}: ${violation}`));
      repeats += deployment.evidence.repeats;
      mostRepeatedBytes = Math.max(mostRepeatedBytes, deployment.evidence.takeRepeatedBytes());
    }

    console.log(
      `${destination}: ${what} at each of ${points.length} points (of ${calls.length} calls, before and after the effect): ` +
        `${found.length} violations, ${repeats} records repeated in all, ` +
        `at most ${mostRepeatedBytes} bytes of one log object (window: ${WINDOW_BYTES})`,
    );
    expect(found).toEqual([]);
    expect(mostRepeatedBytes).toBeLessThan(WINDOW_BYTES + LONGEST_RECORD_BYTES);
  });
});
