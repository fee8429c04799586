import type { InProcessDeployment } from './deployment.ts';

const MINUTE_MS = 60_000;

/** Rounds in which everything must have come to rest. */
const MAX_ROUNDS = 200;

/** What a round may change when not all is settled yet. */
function stateOf({ table, evidence, ranges, backfill, sent }: InProcessDeployment): string {
  const checkpoints = table.items.filter(({ pk }) => pk?.S?.startsWith('scope#') === true);
  return JSON.stringify([
    checkpoints,
    evidence.accepted,
    evidence.rows,
    evidence.rejects,
    ranges.size,
    backfill.size,
    sent.length,
  ]);
}

async function settleAll(deployment: InProcessDeployment): Promise<void> {
  for (const container of deployment.options.containers) await deployment.aggregate(container);
  while (await deployment.processNext(deployment.ranges));
  while (await deployment.processNext(deployment.backfill));
}

/**
 * Runs the schedule, undisturbed, until nothing is left to do: past the deduplication and the visibility timeout of the
 * queues, then past the time at which the tails of all hours close.
 */
export async function driveToQuiet(deployment: InProcessDeployment): Promise<void> {
  const closing = deployment.now + (deployment.options.horizonHours / 2 + 1) * 60 * MINUTE_MS;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const before = stateOf(deployment);
    deployment.now += 61 * MINUTE_MS;
    await settleAll(deployment);
    const isQuiet = deployment.ranges.size + deployment.backfill.size === 0 && stateOf(deployment) === before;
    if (isQuiet && deployment.now >= closing) return;
  }
  deployment.violations.push(`not quiet after ${MAX_ROUNDS} rounds`);
}
