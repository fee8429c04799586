import { GRAPH_LOG_TYPES } from '#graph-collector/graph-log-types.ts';
import { CONTENT_PASSES, CONTENT_REACH_MS, CONTENT_WINDOW_MS } from '#office365-collector/content-types.ts';
import { CATALOGUE, type TelemetryEvent } from '#shared/telemetry/catalogue.ts';
import { environmentOf, idsOf, properties, referredId, resource, template } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';
import { COLLECTING, type Parameters } from './permissions.ts';

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
}

interface Alarm extends Metric {
  readonly AlarmDescription: string;
  readonly Threshold: number | string;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
  readonly Period?: number;
  readonly EvaluationPeriods: unknown;
  readonly AlarmActions: unknown;
  /** Several metrics, and the expression over them. */
  readonly Metrics?: readonly Source[];
}

interface Source {
  readonly Expression?: unknown;
  readonly MetricStat?: { readonly Metric: Metric };
}

/** What the functions write their metrics to, in the stack `crosstrail`. */
const NAMESPACE = 'Crosstrail/crosstrail';

/** What stands in the branch that a deployment with both collectors takes. */
function taken<Value>(value: Value): Value {
  const { 'Fn::If': choice } = value as { 'Fn::If'?: [string, Value, Value] };
  if (choice === undefined) return value;
  return evaluate({ Condition: choice[0] }, COLLECTING) === true ? choice[1] : choice[2];
}

const alarms = idsOf('AWS::CloudWatch::Alarm').map((id): [string, Alarm] => {
  const { Metrics, ...alarm } = properties(id) as unknown as Alarm;
  const sources = Metrics === undefined ? {} : { Metrics: Metrics.map(taken) };
  return [id, { ...alarm, ...sources, Namespace: String(evaluate(alarm.Namespace)) }];
});

/** The metrics that an alarm looks at. */
function watched(alarm: Alarm): Metric[] {
  if (alarm.Metrics === undefined) return [alarm];
  return alarm.Metrics.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric]));
}

/** The alarm that rings because nothing happens; every other one rings because something does. */
const SILENCE = 'NothingDeliveredAlarm';

/** Type of what an alarm watches, by the name of its dimension. */
const WATCHED: Readonly<Record<string, string>> = {
  QueueName: 'AWS::SQS::Queue',
  FunctionName: 'AWS::Serverless::Function',
};

/** Metrics that AWS documents for SQS and Lambda and that are used here. */
const METRICS: Readonly<Record<string, readonly string[]>> = {
  'AWS/SQS': [
    'ApproximateNumberOfMessagesVisible',
    'ApproximateNumberOfMessagesNotVisible',
    'ApproximateAgeOfOldestMessage',
  ],
  'AWS/Lambda': ['Errors', 'Throttles'],
  [NAMESPACE]: Object.values(CATALOGUE as Readonly<Record<string, TelemetryEvent>>).flatMap(
    ({ metrics = {} }) =>
      Object.values(metrics).flatMap(({ name, dimension, inAll }) =>
        dimension === undefined || inAll ? [name] : [],
      ),
  ),
};

/** The value of the dimension `service` of each function's own metrics. */
const SERVICES = idsOf('AWS::Serverless::Function').map((id) =>
  String(environmentOf(id)['POWERTOOLS_SERVICE_NAME']),
);

function watchedBy(metric: string): string[] {
  return alarms
    .filter(([, alarm]) => alarm.Threshold === 0)
    .flatMap(([, alarm]) => watched(alarm))
    .filter(({ MetricName }) => MetricName === metric)
    .flatMap(({ Dimensions }) => Dimensions.map(({ Value }) => referredId(Value)));
}

describe.each(alarms)('%s', (id, alarm) => {
  it('watches what exists, by a metric that AWS or the catalogue writes', () => {
    for (const { Namespace, MetricName, Dimensions } of watched(alarm)) {
      expect(METRICS[Namespace]).toContain(MetricName);
      expect(Dimensions).toHaveLength(1);
      for (const { Name, Value } of Dimensions) {
        if (Namespace === NAMESPACE)
          expect([Name, SERVICES]).toEqual(['service', expect.arrayContaining([Value])]);
        else expect(resource(referredId(Value)).Type).toBe(WATCHED[Name]);
      }
    }
  });

  it('rings for a bad sign, and not because nothing happens unless that is the sign', () => {
    const [operator, missing] =
      id === SILENCE ? ['LessThanThreshold', 'breaching'] : ['GreaterThanThreshold', 'notBreaching'];

    expect(alarm.ComparisonOperator).toBe(operator);
    expect(alarm.TreatMissingData).toBe(missing);
  });

  it('says what to do', () => {
    expect(alarm.AlarmDescription.length).toBeGreaterThan(80);
  });

  it('reaches the e-mail address when one is given', () => {
    expect(evaluate(alarm.AlarmActions, { AlarmEmail: 'security@example.com' })).toEqual(['AlarmTopic']);
    expect(evaluate(alarm.AlarmActions)).toBeUndefined();
  });
});

it('no record and no run comes to rest unseen (defect L7 of the reference)', () => {
  const queuesWithoutConsumer = idsOf('AWS::SQS::Queue').filter(
    (id) => !['RangeQueue', 'BackfillQueue'].includes(id),
  );

  expect(watchedBy('ApproximateNumberOfMessagesVisible').toSorted()).toEqual(
    queuesWithoutConsumer.toSorted(),
  );
});

it('every function that fails is noticed (defect L5 of the reference)', () => {
  expect(watchedBy('Errors').toSorted()).toEqual(idsOf('AWS::Serverless::Function').toSorted());
});

it('functions that are throttled are noticed, whichever it is', () => {
  const [sum] = alarms.find(([id]) => id === 'ThrottlesAlarm')?.[1].Metrics ?? [];
  const services = (parameters: Parameters): string[] =>
    [...String(evaluate(sum?.Expression, parameters)).matchAll(/(?:^| \+ )FILL\((\w+), 0\)/g)].map(
      ([, name = '']) => name.replaceAll('_', '-'),
    );

  expect(watchedBy('Throttles').toSorted()).toEqual(idsOf('AWS::Serverless::Function').toSorted());
  expect(services(COLLECTING).toSorted()).toEqual(SERVICES.toSorted());
  expect(services({}).toSorted()).toEqual(SERVICES.filter((name) => !name.includes('collector')).toSorted());
});

it('silence is noticed after the hours that the user names, and not unless he does', () => {
  const { Condition } = resource(SILENCE);
  const { Period, EvaluationPeriods, Threshold } = properties(SILENCE);

  expect(evaluate({ Condition })).toBe(false);
  expect(evaluate({ Condition }, { NothingDeliveredHours: '60' })).toBe(true);
  expect(Period).toBe(3600);
  expect(evaluate(EvaluationPeriods, { NothingDeliveredHours: '60' })).toBe('60');
  expect(Threshold).toBe(1);
});

it('no alarm looks back farther than CloudWatch does: a day, or seven in periods of an hour or more', () => {
  for (const [, { Period = 300, EvaluationPeriods }] of alarms) {
    const most = evaluate(EvaluationPeriods, {
      NothingDeliveredHours: String(template.Parameters['NothingDeliveredHours']?.MaxValue),
    });

    expect(Period * Number(most)).toBeLessThanOrEqual(Period >= 3600 ? 604_800 : 86_400);
  }
});

it('ranges that are put back again and again are noticed before they are given up', () => {
  const { Threshold } = properties('RangesTooOldAlarm');
  const { VisibilityTimeout, RedrivePolicy } = properties('RangeQueue');
  const { maxReceiveCount } = RedrivePolicy as { maxReceiveCount: number };

  expect(Number(Threshold)).toBeGreaterThan(Number(VisibilityTimeout));
  expect(Number(Threshold)).toBeLessThan((Number(VisibilityTimeout) * maxReceiveCount) / 4);
});

it('ranges that fail are noticed though they are hidden between their tries', () => {
  const { MetricName, Period, EvaluationPeriods } = properties('RangesStuckAlarm');

  // A failing range is hidden for 15 minutes at most while it may pass, so that no period is without one in flight.
  expect(MetricName).toBe('ApproximateNumberOfMessagesNotVisible');
  expect(Number(Period)).toBeGreaterThanOrEqual(900);
  expect(Number(Period) * Number(EvaluationPeriods)).toBe(
    Number(properties('RangesTooOldAlarm')['Threshold']),
  );
});

describe('the metrics of the functions', () => {
  it('are written where the alarms look', () => {
    for (const id of idsOf('AWS::Serverless::Function')) {
      expect(evaluate(environmentOf(id)['POWERTOOLS_METRICS_NAMESPACE'])).toBe(NAMESPACE);
    }
  });

  it.each([
    ['OldestUnsettledByteAge', 'aggregator'],
    ['AuditFindings', 'auditor'],
    ['RangesFailed', 'processor'],
    ['AggregationsFailed', 'aggregator'],
    ['AuditsFailed', 'auditor'],
    ['LogObjectsShrunk', 'aggregator'],
    ['DeliveriesThrottled', 'processor'],
    ['RecordsDelivered', 'processor'],
    ['CollectionsFailed', 'graph-collector'],
    ['CollectionsFailed', 'office365-collector'],
    ['CollectionGap', 'graph-collector'],
    ['CollectionGap', 'office365-collector'],
    ['ContentExpired', 'office365-collector'],
  ])('%s of the %s has an alarm', (metric, service) => {
    const watching = alarms.filter(
      ([, { Namespace, MetricName, Dimensions }]) =>
        Namespace === NAMESPACE && MetricName === metric && Dimensions[0]?.Value === service,
    );

    expect(watching).toHaveLength(1);
    expect(watching[0]?.[1].Dimensions).toEqual([{ Name: 'service', Value: service }]);
  });

  it.each([
    ['Graph', GRAPH_LOG_TYPES.flatMap(({ passes: [first] }) => first.lagMs + 2 * 3_600_000)],
    ['Office365', [CONTENT_WINDOW_MS + CONTENT_PASSES[0].lagMs]],
  ])('of the collector of %s ring when it is late, and again before the API forgets', (name, normalMs) => {
    const late = properties(`${name}CollectionLagAlarm`);
    const nearlyLost = properties(`${name}CollectionHorizonAlarm`);

    expect([late['MetricName'], nearlyLost['MetricName']]).toEqual(['CollectionLag', 'CollectionLag']);
    expect(Number(late['Threshold'])).toBeGreaterThan((2 * Math.max(...normalMs)) / 1000);
    expect(Number(nearlyLost['Threshold'])).toBeGreaterThan(Number(late['Threshold']));
    expect(Number(nearlyLost['Threshold'])).toBeLessThanOrEqual(CONTENT_REACH_MS / 1000 - 86_400);
  });

  it('of a collector have an alarm only where there is that collector', () => {
    for (const [id] of alarms.filter(([name]) => /^(Graph|Office365)/.test(name))) {
      expect(resource(id).Condition).toBe(id.startsWith('Graph') ? 'CollectGraph' : 'CollectOffice365');
    }
  });

  it('ring for each error that a person must act on', () => {
    const ofErrors = Object.entries(CATALOGUE as Readonly<Record<string, TelemetryEvent>>)
      .filter(([, { level }]) => level === 'error')
      .flatMap(([, { metrics = {} }]) => Object.entries(metrics))
      // What an error carries beside its own figure: how far the range came.
      .filter(([field]) => ['failures', 'failed', 'shrunk', 'gapSeconds', 'expired'].includes(field))
      .map(([, { name }]) => name);

    expect(alarms.map(([, { MetricName }]) => MetricName)).toEqual(expect.arrayContaining(ofErrors));
    expect(ofErrors.length).toBeGreaterThan(3);
  });

  it('ring for the oldest unsettled byte at the age from which the audit counts it as missing', () => {
    const threshold = properties('OldestUnsettledByteAgeAlarm')['Threshold'];

    expect(evaluate(threshold)).toBe('10800');
    expect(environmentOf('AuditorFunction')['UNSETTLED_GRACE_SECONDS']).toEqual(threshold);
  });
});

it('the topic exists only for the address that it serves', () => {
  expect(resource('AlarmTopic').Condition).toBe('NotifyByEmail');
  expect(evaluate(template.Conditions['NotifyByEmail'])).toBe(false);
});
