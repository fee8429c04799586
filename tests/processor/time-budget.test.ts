import { RESERVE_MS, SETTLE_MS } from '#processor/process-range.ts';
import {
  AWS_PATIENCE,
  LAKE_PATIENCE,
  EVENT_BUCKET_PATIENCE,
  type AwsPatience,
} from '#shared/aws/client-options.ts';
import { LONGEST_WRITE_MS } from '#shared/destinations/rows/event-bucket.ts';

/** Longest pauses of the SDK between its tries, milliseconds together. */
const SDK_PAUSES_MS = 1_000;

function longest({ tries, tryTimeoutMs }: AwsPatience): number {
  return tries * tryTimeoutMs;
}

it('what is kept for settling is enough for one stalled call of each service, one after the other', () => {
  const inFlight = longest(LAKE_PATIENCE);
  const rows = LONGEST_WRITE_MS + longest(EVENT_BUCKET_PATIENCE);
  const call = longest(AWS_PATIENCE) + SDK_PAUSES_MS;

  // The open window; then rejects to the failure queue, the commit, the visibility of what failed.
  expect(inFlight + call + rows + 3 * call).toBeLessThanOrEqual(SETTLE_MS);
});

it('the last window that is begun has time for three tries of a stalled delivery', () => {
  expect(RESERVE_MS - SETTLE_MS).toBeGreaterThanOrEqual(3 * longest(LAKE_PATIENCE));
});

it('Lake and bucket are asked once by the SDK: repeats are paced and counted by the destination', () => {
  expect([LAKE_PATIENCE.tries, EVENT_BUCKET_PATIENCE.tries]).toEqual([1, 1]);
});
