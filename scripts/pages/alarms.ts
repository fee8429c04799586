import type { Template } from '#local/read-template.ts';

/** What an alarm looks at: a metric, and the queue, function or service that it is of. */
export interface Watched {
  readonly namespace: 'AWS/SQS' | 'AWS/Lambda' | 'Crosstrail';
  readonly metric: string;
  /** Logical id of the queue or function, or the service of a metric of Crosstrail. */
  readonly of: string;
  /** Condition of the template without which the alarm does not look at it. */
  readonly condition?: string;
}

/** An alarm of the template, as a person meets it. */
export interface Alarm {
  readonly id: string;
  readonly description: string;
  readonly watched: readonly Watched[];
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly periods: number | string;
  readonly threshold: number | string;
  readonly below: boolean;
  /** Condition of the template without which there is no such alarm. */
  readonly condition?: string;
}

interface MetricOf {
  readonly Namespace: unknown;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Value: unknown }[];
}

interface Properties extends MetricOf {
  readonly AlarmDescription: string;
  readonly Statistic?: string;
  readonly Period?: number;
  readonly EvaluationPeriods: unknown;
  readonly Threshold: unknown;
  readonly ComparisonOperator: string;
  readonly Metrics?: readonly (MetricOrExpression | { readonly 'Fn::If': readonly unknown[] })[];
}

interface MetricOrExpression {
  readonly MetricStat?: { readonly Metric: MetricOf; readonly Stat: string; readonly Period: number };
}

/** The metrics of an alarm over several; one that exists only in some deployments is one of them. */
function metricsOf({ Metrics = [] }: Properties): (MetricOrExpression & { condition?: string })[] {
  return Metrics.map((metric) => {
    if (!('Fn::If' in metric)) return metric;
    const [condition, present] = metric['Fn::If'] as [string, MetricOrExpression];
    return { ...present, condition };
  });
}

function watchedBy({ Namespace, MetricName, Dimensions }: MetricOf): Watched {
  const value = Dimensions[0]?.Value;
  const reference = value as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  return {
    namespace: Namespace === 'AWS/SQS' || Namespace === 'AWS/Lambda' ? Namespace : 'Crosstrail',
    metric: MetricName,
    of: typeof value === 'string' ? value : (reference.Ref ?? reference['Fn::GetAtt']?.[0] ?? ''),
  };
}

/** A number of the template, or the parameter that gives it. */
function figure(value: unknown): number | string {
  return typeof value === 'number' ? value : (value as { Ref: string }).Ref;
}

/** The alarms of the template, in its order. */
export function alarmsOf(template: Template): Alarm[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
    .map(([id, { Condition, Properties }]) => {
      const own = Properties as unknown as Properties;
      const several = metricsOf(own).flatMap(({ MetricStat, condition }) =>
        MetricStat === undefined
          ? []
          : [{ ...MetricStat, ...(condition === undefined ? {} : { condition }) }],
      );
      return {
        id,
        description: own.AlarmDescription,
        watched:
          several.length === 0
            ? [watchedBy(own)]
            : several.map(({ Metric, condition }) => ({
                ...watchedBy(Metric),
                ...(condition === undefined ? {} : { condition }),
              })),
        statistic: own.Statistic ?? several[0]?.Stat ?? '',
        periodSeconds: own.Period ?? several[0]?.Period ?? 0,
        periods: figure(own.EvaluationPeriods),
        threshold: figure(own.Threshold),
        below: own.ComparisonOperator.startsWith('Less'),
        ...(Condition === undefined ? {} : { condition: Condition }),
      };
    });
}
