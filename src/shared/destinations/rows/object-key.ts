import { sha256Hex } from '#mapping/ids.ts';
import type { LogObject, Origin } from '#mapping/origin.ts';

/** What all keys of rows begin with: the location of the table. */
export const ROWS_PREFIX = 'events/';

/** The partition of a row: a table with partition projection reads its values out of the keys. */
export interface Partition {
  /** Container of the log object. */
  readonly source: string;
  /** UTC day of the event, `YYYY-MM-DD`, or the nearest that the table has: see `partitionOf`. */
  readonly day: string;
}

/** First day of the table's partitions, as template.yaml has it: Azure Monitor wrote no log objects before. */
export const FIRST_DAY = '2015-01-01';

const MS_PER_DAY = 86_400_000;
/** Of a log object whose creation time Azure does not tell. */
const NO_GENERATION = 0;

/** Digits of an offset in a key, so that keys sort by it: a blob has up to 190.7 TiB, which are 15. */
const OFFSET_DIGITS = 15;

/**
 * The partition of an event; `eventTime` is `YYYY-MM-DDTHH:MM:SSZ`. Athena looks into the days from FIRST_DAY to tomorrow
 * and into no other, so that a row of any other would be in no result: an event that claims an earlier day lies in the
 * first, one that claims to be later than the day after its log object was made in that one. Its `eventtime` stays what
 * it claims. Nothing but the record and its log object decides, so that a repeat finds the same key on any day.
 */
export function partitionOf(
  logObject: Pick<LogObject, 'container' | 'generation'>,
  eventTime: string,
): Partition {
  const day = dayOf(eventTime);
  const made = Date.parse(logObject.generation);
  const last = made === NO_GENERATION ? day : dayOf(new Date(made + MS_PER_DAY).toISOString());
  const inTable = day < FIRST_DAY ? FIRST_DAY : day > last ? last : day;
  return { source: logObject.container, day: inTable };
}

/** The UTC day of a time in ISO 8601. */
export function dayOf(time: string): string {
  return time.slice(0, 10);
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
