import { jest } from '@jest/globals';
import { createLambdaTelemetry, type LambdaTelemetry } from '#shared/telemetry/lambda-telemetry.ts';

interface EmbeddedMetric {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
}

const written: string[] = [];
let telemetry: LambdaTelemetry;

beforeEach(() => {
  process.env['POWERTOOLS_METRICS_NAMESPACE'] = 'Crosstrail';
  process.env['POWERTOOLS_SERVICE_NAME'] = 'processor';
  written.length = 0;
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  }
  telemetry = createLambdaTelemetry();
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env['POWERTOOLS_METRICS_NAMESPACE'];
  delete process.env['POWERTOOLS_SERVICE_NAME'];
});

/** The metrics written, each with its dimensions and what was written of them. */
function metricsWritten(): Record<string, unknown>[] {
  return written
    .flatMap((text) => text.trim().split('\n'))
    .map((text) => JSON.parse(text) as Partial<EmbeddedMetric> & Record<string, unknown>)
    .flatMap(({ _aws: embedded, ...values }) =>
      (embedded?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
        Metrics.map(({ Name, Unit }) => ({
          Namespace,
          Unit,
          [Name]: values[Name],
          ...Object.fromEntries((Dimensions[0] ?? []).map((name) => [name, values[name]])),
        })),
      ),
    );
}

const PLACE = {
  account: 'a',
  container: 'insights-activity-logs',
  logObject: 'n',
  generation: '2026-11-20T10:00:12Z',
};

describe('metrics', () => {
  it('are written under the Lambda that they come from, with their unit', () => {
    telemetry.emit('delivery.throttled', { throttled: 3 });
    telemetry.emit('delivery.retried', { retried: 4 });
    telemetry.flush();

    expect(metricsWritten()).toEqual([
      { Namespace: 'Crosstrail', service: 'processor', Unit: 'Count', DeliveriesThrottled: 3 },
      { Namespace: 'Crosstrail', service: 'processor', Unit: 'Count', DeliveriesRetried: 4 },
    ]);
  });

  it('count rejects by reason: one metric for each reason and not one for each record', () => {
    for (const reason of ['NOT_JSON', 'NO_EVENT_TIME', 'NOT_JSON', 'NOT_JSON'])
      telemetry.emit('record.rejected', { ...PLACE, offset: 0, length: 9, reason, rejected: 1 });
    telemetry.flush();

    const common = { Namespace: 'Crosstrail', service: 'processor', Unit: 'Count' };
    expect(metricsWritten()).toEqual([
      { ...common, Reason: 'NOT_JSON', RecordsRejected: 3 },
      { ...common, Reason: 'NO_EVENT_TIME', RecordsRejected: 1 },
    ]);
  });

  it('count all rejects of a range beside, without a reason', () => {
    telemetry.emit('range.settled', { ...PLACE, delivered: 5, rejected: 2, deliveredBytes: 500 });
    telemetry.flush();

    expect(metricsWritten()).toContainEqual({
      Namespace: 'Crosstrail',
      service: 'processor',
      Unit: 'Count',
      RecordsRejected: 2,
    });
  });

  it('count drift by family', () => {
    telemetry.emit('mapping.drift', { family: 'activity', path: '/a', observed: 'number', records: 2 });
    telemetry.emit('mapping.drift', { family: 'activity', path: '/b', observed: 'number', records: 3 });
    telemetry.emit('mapping.drift', { family: 'sign-in', path: '/a', observed: 'null', records: 1 });
    telemetry.flush();

    expect(metricsWritten().map(({ Family, MappingDrift }) => [Family, MappingDrift])).toEqual([
      ['activity', 5],
      ['sign-in', 1],
    ]);
  });

  it('that an alarm looks at are written without their dimension too', () => {
    const failed = { tenant: 't', failures: 1, error: {} };
    telemetry.emit('collection.failed', { ...failed, logType: 'entra-audits', lagSeconds: 7200 });
    telemetry.emit('collection.failed', { ...failed, logType: 'entra-signins', lagSeconds: 3600 });
    telemetry.flush();

    const common = { Namespace: 'Crosstrail', service: 'processor' };
    expect(metricsWritten()).toEqual([
      { ...common, Unit: 'Count', CollectionsFailed: [1, 1] },
      { ...common, Unit: 'Seconds', CollectionLag: [7200, 3600] },
      { ...common, Unit: 'Count', logType: 'entra-audits', CollectionsFailed: 1 },
      { ...common, Unit: 'Seconds', logType: 'entra-audits', CollectionLag: 7200 },
      { ...common, Unit: 'Count', logType: 'entra-signins', CollectionsFailed: 1 },
      { ...common, Unit: 'Seconds', logType: 'entra-signins', CollectionLag: 3600 },
    ]);
  });

  it('are written once, and start from nothing in the next invocation', () => {
    telemetry.emit('record.rejected', { ...PLACE, reason: 'NOT_JSON', rejected: 1 });
    telemetry.flush();
    written.length = 0;

    telemetry.flush();

    expect(written).toEqual([]);
  });
});
