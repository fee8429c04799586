import type { TelemetryEvent } from '#shared/telemetry/catalogue.ts';
import { CATALOGUE } from '#shared/telemetry/catalogue.ts';
import type { PageFacts } from './page-facts.ts';

/** How many CloudWatch metrics a service writes. */
export interface MetricCount {
  readonly service: string;
  /** Names of those that it writes whenever it works, one metric each. */
  readonly always: readonly string[];
  /** Names of those that it writes only in an hour in which they have something to say, one metric each. */
  readonly sometimes: readonly string[];
  /** Names of those that are a metric for each value of a dimension, with the dimension. */
  readonly split: readonly string[];
}

/** Log lines of work that went as it should, and fields that these leave out when they are nothing. */
const ALWAYS: Readonly<Record<string, readonly string[]>> = {
  'aggregation.finished': [],
  'range.settled': ['excluded', 'excludedBytes'],
  'rows.written': [],
  'audit.finished': [],
  'collection.finished': [],
};

/** The metrics of each service, without those that only a replay by hand writes twice. */
export function metricCounts({ events }: PageFacts): MetricCount[] {
  const catalogue: Readonly<Record<string, TelemetryEvent>> = CATALOGUE;
  return [...events].map(([service, names]) => {
    const metrics = names.flatMap((name) =>
      Object.entries(catalogue[name]?.metrics ?? {}).map(([field, metric]) => ({
        metric: metric.name,
        dimension: metric.dimension?.name,
        isWhole: metric.dimension === undefined || metric.inAll === true,
        // A replay is no regular work, whatever it writes.
        always: service !== 'replayer' && ALWAYS[name]?.includes(field) === false,
      })),
    );
    const named = (wanted: (each: (typeof metrics)[number]) => boolean): string[] => [
      ...new Set(metrics.filter(wanted).map(({ metric }) => metric)),
    ];
    const always = named((each) => each.always && each.isWhole);
    const whole = named(({ isWhole }) => isWhole);
    return {
      service,
      always,
      sometimes: whole.filter((name) => !always.includes(name)),
      split: [
        ...new Set(
          metrics.flatMap(({ metric, dimension }) =>
            dimension === undefined ? [] : [`${metric} by ${dimension}`],
          ),
        ),
      ],
    };
  });
}
