import { CATALOGUE, type TelemetryEvent } from '#shared/telemetry/catalogue.ts';
import { environmentOf, idsOf, properties, referredId, resource, template } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';

interface Alarm {
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Statistic: string;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
  readonly AlarmActions: unknown;
}

const alarms = idsOf('AWS::CloudWatch::Alarm').map((id): [string, Alarm] => [
  id,
  properties(id) as unknown as Alarm,
]);

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
  'AWS/Lambda': ['Errors'],
  Crosstrail: Object.values(CATALOGUE as Readonly<Record<string, TelemetryEvent>>).flatMap(
    ({ metrics = {} }) =>
      Object.values(metrics).flatMap(({ name, dimension }) => (dimension === undefined ? [name] : [])),
  ),
};

/** The value of the dimension `service` of each function's own metrics. */
const SERVICES = idsOf('AWS::Serverless::Function').map((id) => environmentOf(id)['POWERTOOLS_SERVICE_NAME']);

function watchedBy(metric: string): string[] {
  return alarms
    .filter(([, alarm]) => alarm.MetricName === metric && alarm.Threshold === 0)
    .flatMap(([, alarm]) => alarm.Dimensions.map(({ Value }) => referredId(Value)));
}

describe.each(alarms)('%s', (_, alarm) => {
  it('watches what exists, by a metric that AWS or the catalogue writes', () => {
    expect(alarm.Dimensions).toHaveLength(1);
    for (const { Name, Value } of alarm.Dimensions) {
      if (alarm.Namespace === 'Crosstrail')
        expect([Name, SERVICES]).toEqual(['service', expect.arrayContaining([Value])]);
      else expect(resource(referredId(Value)).Type).toBe(WATCHED[Name]);
    }
    expect(METRICS[alarm.Namespace]).toContain(alarm.MetricName);
  });

  it('rings on the first bad sign, and not because nothing happens', () => {
    expect(alarm.ComparisonOperator).toBe('GreaterThanThreshold');
    expect(alarm.TreatMissingData).toBe('notBreaching');
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
    const namespace = environmentOf('AuditorFunction')['POWERTOOLS_METRICS_NAMESPACE'];

    expect(alarms.map(([, { Namespace }]) => Namespace)).toContain(namespace);
  });

  it.each([
    ['OldestUnsettledByteAge', 'aggregator'],
    ['AuditFindings', 'auditor'],
    ['RangesFailed', 'processor'],
    ['AggregationsFailed', 'aggregator'],
  ])('%s of the %s has an alarm', (metric, service) => {
    const watching = alarms.filter(
      ([, { Namespace, MetricName }]) => Namespace === 'Crosstrail' && MetricName === metric,
    );

    expect(watching).toHaveLength(1);
    expect(watching[0]?.[1].Dimensions).toEqual([{ Name: 'service', Value: service }]);
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
