import { sha256Hex } from '#mapping/ids.ts';
import type { LogObject, Origin } from '#mapping/origin.ts';

/** What all keys of rows begin with: the location of the table. */
export const ROWS_PREFIX = 'events/';

/** The partition of a row: a table with partition projection reads its values out of the keys. */
export interface Partition {
  /** Container of the log object. */
  readonly source: string;
  /** UTC day of the event, `YYYY-MM-DD`. */
  readonly day: string;
}

/** Digits of an offset in a key, so that keys sort by it: a blob has up to 190.7 TiB, which are 15. */
const OFFSET_DIGITS = 15;

/** The partition of an event; `eventTime` is `YYYY-MM-DDTHH:MM:SSZ`. */
export function partitionOf(container: string, eventTime: string): Partition {
  return { source: container, day: eventTime.slice(0, 10) };
}

/**
 * Key of the rows of one partition that come from a window of a log object which begins at `start`. The same for a
 * repeat, which overwrites. No name begins with `_` or `.`: Athena would not read it.
 */
export function windowKey(partition: Partition, logObject: LogObject, start: number): string {
  return `${placeKey(partition, logObject, start)}.jsonl.gz`;
}

/** Key of the row of a record that a replay delivers: never that of a window, even of one that begins with it. */
export function recordKey(partition: Partition, origin: Origin): string {
  return `${placeKey(partition, origin, origin.offset)}-replayed.jsonl.gz`;
}

function placeKey({ source, day }: Partition, logObject: LogObject, offset: number): string {
  const { account, container, name, generation } = logObject;
  const place = sha256Hex(JSON.stringify([account, container, name, generation]));
  return `${ROWS_PREFIX}source=${source}/day=${day}/${place}-${String(offset).padStart(OFFSET_DIGITS, '0')}`;
}
