import { FIRST_DAY } from '#shared/destinations/rows/object-key.ts';

/** A partition of the table: where a row lies says what stands in these two columns. */
export interface EventPartition {
  /** Container of the log object. */
  readonly source: string;
  /** UTC day of the event, `2026-11-20`. */
  readonly day: string;
}

/** The partitions that a table with partition projection has; Athena never looks into another. */
export interface Projection {
  readonly sources: readonly string[];
  /** First and last day, `2026-11-20`. */
  readonly firstDay: string;
  readonly lastDay: string;
}

/** All objects of the table begin so. */
export const LOCATION = 'events/';
const MS_PER_DAY = 86_400_000;

const EVENT_KEY = /^events\/source=(?<source>[^/]+)\/day=(?<day>[^/]+)\/(?<name>[^/]+)$/;

/** The projection of template.yaml for these containers. `now`: ms since the epoch. */
export function projectionOf(sources: readonly string[], now: number): Projection {
  return {
    sources,
    firstDay: FIRST_DAY,
    lastDay: new Date(now + MS_PER_DAY).toISOString().slice(0, 10),
  };
}

function isDay(text: string): boolean {
  const moment = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && new Date(moment).toISOString().startsWith(text);
}

/**
 * The partition that the key of an object says, or why Athena would not see the object: a text that says what is
 * wrong. https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
 */
export function partitionOfKey(key: string, projection: Projection): EventPartition | string {
  const parts = EVENT_KEY.exec(key)?.groups;
  if (parts === undefined) return 'its key is not events/source=…/day=…/NAME';
  const { source = '', day = '', name = '' } = parts;
  if (/^[._]/.test(name)) return 'Athena ignores a name that begins with . or _';
  if (!name.endsWith('.gz')) return 'Athena takes an object for gzip only when its name ends in .gz';
  if (!projection.sources.includes(source)) return `the table has no partition source=${source}`;
  if (!isDay(day)) return `day=${day} is no day`;
  const { firstDay, lastDay } = projection;
  if (day < firstDay || day > lastDay)
    return `the table's partitions go from day=${firstDay} to day=${lastDay}`;
  return { source, day };
}
