/** What a log object's name says about it. */
export interface LogObjectName {
  /** The part before the day, with its final slash: one subscription, tenant or resource, or one log type. */
  readonly scope: string;
  /** The part from the day on. */
  readonly rest: string;
  /** Prefix of everything of the same scope and day, up to and with the day. */
  readonly dayPrefix: string;
  /** Start of the hour that the name carries, epoch milliseconds. It is the hour of arrival, not of the events. */
  readonly hourStart: number;
}

/**
 * `<scope>y=YYYY/m=MM/d=DD/h=HH/m=00/PT1H.json`, with an optional `macAddress=` level (flow logs) and an optional
 * suffix in the file name. Parsed from the right, because a scope is as deep as the resource it names.
 * https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs
 */
const NAME =
  /^(?<scope>.*?)(?<rest>(?<day>y=(?<y>\d{4})\/m=(?<mo>\d{2})\/d=(?<d>\d{2})\/)h=(?<h>\d{2})\/m=\d{2}\/(?:macAddress=[^/]+\/)?PT1H[^/]*\.json)$/i;

/**
 * `<prefix>day=YYYY-MM-DD/tenant=<id>/<begin of the window>-<pass>-<part>.jsonl`: what a collector writes, one scope for
 * each log type.
 */
const COLLECTED_NAME =
  /^(?<scope>raw\/.+?\/)(?<rest>(?<day>day=\d{4}-\d{2}-\d{2}\/)tenant=[^/]+\/(?<y>\d{4})(?<mo>\d{2})(?<d>\d{2})T(?<h>\d{2})\d{4}\.\d{3}Z-[a-z0-9]+-\d{5}\.jsonl)$/;

/** Reads a log object's name; undefined for a name that is neither one of an hourly log object nor of a collector's. */
export function parseLogObjectName(name: string): LogObjectName | undefined {
  const groups = (NAME.exec(name) ?? COLLECTED_NAME.exec(name))?.groups;
  if (groups === undefined) return undefined;
  const { scope = '', rest = '', day = '', y, mo, d, h } = groups;
  const hourStart = Date.parse(`${y}-${mo}-${d}T${h}:00:00Z`);
  if (Number.isNaN(hourStart)) return undefined;
  return { scope, rest, dayPrefix: `${scope}${day}`, hourStart };
}

/** True for a path segment that starts the time part of a name (`y=2026/`), so that what precedes it is a scope. */
export function isYearSegment(segment: string): boolean {
  return /^y=\d{4}\/?$/i.test(segment);
}

/** The prefix of a day inside a scope: `y=2026/m=11/d=20/` of the UTC day that holds `moment` (epoch ms). */
export function dayPrefixOf(scope: string, moment: number): string {
  const [y, m, d] = new Date(moment).toISOString().slice(0, 10).split('-');
  return `${scope}y=${y}/m=${m}/d=${d}/`;
}
