import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { CATALOGUE, type Metric, type Telemetry, type TelemetryEvent } from './catalogue.ts';

/** Telemetry of a Lambda: structured log lines, and metrics in embedded metric format. */
export interface LambdaTelemetry extends Telemetry {
  /** Names the invocation in each line that follows. */
  startInvocation(requestId: string): void;
  /** Writes the metrics gathered since the last call. */
  flush(): void;
}

/**
 * Metrics with a dimension of their own, gathered until they are published: a line for each rejected record would be
 * 100,000 lines for a log object that is not JSON. Counts and bytes add up; of ages the highest matters.
 */
class SplitMetrics {
  readonly #gathered = new Map<string, { readonly metric: Metric; readonly value: string; figure: number }>();

  add(metric: Metric, value: string, figure: number): void {
    const key = `${metric.name}\n${value}`;
    const known = this.#gathered.get(key);
    if (known === undefined) this.#gathered.set(key, { metric, value, figure });
    else if (metric.unit === 'Seconds') known.figure = Math.max(known.figure, figure);
    else known.figure += figure;
  }

  publish(metrics: Metrics): void {
    for (const { metric, value, figure } of this.#gathered.values()) {
      const single = metrics.singleMetric();
      if (metric.dimension !== undefined) single.addDimension(metric.dimension.name, value);
      single.addMetric(metric.name, MetricUnit[metric.unit], figure);
    }
    this.#gathered.clear();
  }
}

/**
 * Powertools does the writing. The event passed to the handler is never logged: it names log objects and, in the
 * failure queue, holds records.
 */
export function createLambdaTelemetry(): LambdaTelemetry {
  const logger = new Logger();
  const metrics = new Metrics();
  const split = new SplitMetrics();
  return {
    startInvocation(requestId) {
      logger.resetKeys();
      logger.appendKeys({ requestId });
    },
    emit(name, fields) {
      const event: TelemetryEvent = CATALOGUE[name];
      const values = fields as Record<string, unknown>;
      logger[event.level](event.message, { event: name, ...values });
      for (const [field, metric] of Object.entries(event.metrics ?? {})) {
        const value = values[field];
        if (typeof value !== 'number') continue;
        const { name: metricName, unit, dimension, inAll } = metric;
        if (dimension === undefined || inAll) metrics.addMetric(metricName, MetricUnit[unit], value);
        if (dimension !== undefined) split.add(metric, String(values[dimension.field]), value);
      }
    },
    flush() {
      // Powertools warns about an invocation without metrics; one that failed before any work has none.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      split.publish(metrics);
    },
  };
}
