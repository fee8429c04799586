import { RESERVE_MS, SETTLE_MS } from '#processor/process-range.ts';
import { AWS_PATIENCE, LAKE_PATIENCE, type AwsPatience } from '#shared/aws/client-options.ts';

/** Longest pauses of the SDK between its tries, milliseconds together. */
const SDK_PAUSES_MS = 1_000;

function longest({ tries, tryTimeoutMs }: AwsPatience): number {
  return tries * tryTimeoutMs;
}

it('what is kept for settling is enough for one stalled call of each service, one after the other', () => {
  const inFlight = longest(LAKE_PATIENCE);
  const call = longest(AWS_PATIENCE) + SDK_PAUSES_MS;

  // Rejects to the failure queue, the commit, the visibility of what failed.
  expect(inFlight + 3 * call).toBeLessThanOrEqual(SETTLE_MS);
});

it('the last window that is begun has time for three tries of a stalled delivery', () => {
  expect(RESERVE_MS - SETTLE_MS).toBeGreaterThanOrEqual(3 * longest(LAKE_PATIENCE));
});

it('the Lake is asked once by the SDK: repeats are paced and counted by the destination', () => {
  expect(LAKE_PATIENCE.tries).toBe(1);
});
