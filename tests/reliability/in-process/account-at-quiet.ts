import type { InProcessDeployment } from './deployment.ts';
import { isWhole } from './evidence.ts';
import { REFUSED_MARKER } from './lake.ts';
import type { LogObjectLife } from './log-object-life.ts';

/**
 * What is wrong when all has come to rest: bytes of records that are neither delivered to every destination nor
 * rejected (I2), records that were rejected though they can be delivered, rows that were overwritten by others, windows
 * that are still open, and bytes that nobody looked at.
 */
export function accountAtQuiet(
  { storage, checkpoints, evidence, violations, options }: InProcessDeployment,
  isExcused: (life: LogObjectLife) => boolean = () => false,
): string[] {
  const found = [...violations];
  for (const life of storage.lives) {
    if (!life.alive || isExcused(life)) continue;
    const { name, generation } = life.logObject;
    const where = `${name} of ${generation}`;
    const open = checkpoints.unsettledBefore(life, life.content.length);
    if (open !== undefined) found.push(`${where}: byte ${open} of ${life.content.length} is lost`);
    const account = evidence.accountOf(life);
    const { rejected } = account;
    for (const place of life.records()) {
      const record = life.recordAt(place);
      const reason = rejected.get(place.offset);
      // A line that was completed after its tail had closed is in the failure queue in two pieces.
      const mayBeMissing = options.rules.leavesOut(record);
      const mayBeRejected = record.includes(REFUSED_MARKER) || !isWhole(record) || reason === 'TORN_TAIL';
      const isDelivered = account.isDelivered(place.offset);
      if (!isDelivered && !mayBeRejected && !mayBeMissing)
        found.push(`${where}: the record at ${place.offset} could be delivered, but is ${reason ?? 'lost'}`);
      if (options.destination !== 'CloudTrailLake' && isDelivered !== evidence.hasRow(life, place.offset))
        found.push(`${where}: the row of the record at ${place.offset} is not there any more`);
    }
    // Both: the difference that a query shows is empty.
    for (const offset of options.destination === 'Both' ? account.taken.lake.keys() : [])
      if (!evidence.hasRow(life, offset)) found.push(`${where}: the record at ${offset} is in Lake only`);
    if (checkpoints.of(life)?.openWindow !== undefined) found.push(`${where}: a window stays open`);
    const examined = checkpoints.of(life)?.examined ?? 0;
    if (examined !== life.content.length)
      found.push(`${where}: ${examined} of ${life.content.length} bytes were looked at`);
  }
  return found;
}
