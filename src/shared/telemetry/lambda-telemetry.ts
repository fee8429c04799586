import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { CATALOGUE, type Telemetry, type TelemetryEvent } from './catalogue.ts';

/** Telemetry of a Lambda: structured log lines, and metrics in embedded metric format. */
export interface LambdaTelemetry extends Telemetry {
  /** Names the invocation in each line that follows. */
  startInvocation(requestId: string): void;
  /** Writes the metrics gathered since the last call. */
  flush(): void;
}

/**
 * Powertools does the writing. The event passed to the handler is never logged: it names log objects and, in the
 * failure queue, holds records.
 */
export function createLambdaTelemetry(): LambdaTelemetry {
  const logger = new Logger();
  const metrics = new Metrics();
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
        if (typeof value === 'number') metrics.addMetric(metric.name, MetricUnit[metric.unit], value);
      }
    },
    flush() {
      // Powertools warns about an invocation without metrics; one that failed before any work has none.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
