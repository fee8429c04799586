import { CATALOGUE, type Metric, type TelemetryEvent } from '#shared/telemetry/catalogue.ts';
import { environmentOf, idsOf, properties, resource, template } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';
import { COLLECTING, GRAPH_ONLY, OFFICE365_ONLY, type Parameters } from './permissions.ts';

type Reference = readonly [namespace: string, metric: string, ...dimensions: string[]];

interface Widget {
  readonly type: 'metric' | 'alarm';
  readonly properties: {
    readonly title: string;
    readonly region?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

const EVERYTHING: Parameters = { Destination: 'Both', ...COLLECTING };

function widgets(parameters = EVERYTHING): Widget[] {
  const body = String(evaluate(properties('Operations')['DashboardBody'], parameters));
  return (JSON.parse(body) as { widgets: Widget[] }).widgets;
}

/** What the functions write their metrics to, in the stack `crosstrail`. */
const NAMESPACE = 'Crosstrail/crosstrail';

/** Metrics of AWS that the dashboard may show, with their dimensions. */
const OF_AWS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
  'AWS/SQS': {
    ApproximateNumberOfMessagesVisible: ['QueueName'],
    ApproximateNumberOfMessagesNotVisible: ['QueueName'],
    ApproximateAgeOfOldestMessage: ['QueueName'],
  },
  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
  'AWS/Lambda': {
    Errors: ['FunctionName'],
    Throttles: ['FunctionName'],
    Duration: ['FunctionName'],
    ConcurrentExecutions: ['FunctionName'],
  },
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
  'AWS/S3': {
    NumberOfObjects: ['BucketName', 'StorageType'],
    BucketSizeBytes: ['BucketName', 'StorageType'],
  },
};

/** Logical ids that a dimension may name. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  QueueName: idsOf('AWS::SQS::Queue').map((id) => `${id}.QueueName`),
  FunctionName: idsOf('AWS::Serverless::Function'),
  BucketName: idsOf('AWS::S3::Bucket'),
  StorageType: ['AllStorageTypes', 'StandardStorage', 'StandardIAStorage'],
  service: idsOf('AWS::Serverless::Function').map((id) =>
    String(environmentOf(id)['POWERTOOLS_SERVICE_NAME']),
  ),
};

const OWN: readonly Metric[] = Object.values(CATALOGUE as Readonly<Record<string, TelemetryEvent>>).flatMap(
  ({ metrics = {} }) => Object.values(metrics),
);

/** The metrics that a widget names, without its searches and how they are drawn. */
function references({ properties: { metrics = [] } }: Widget): Reference[] {
  return metrics
    .map((metric) => metric.filter((part): part is string => typeof part === 'string'))
    .filter((metric) => metric.length > 0) as unknown as Reference[];
}

function searches({ properties: { metrics = [] } }: Widget): string[] {
  return metrics.flatMap(([first]) =>
    typeof first === 'object' ? [(first as { expression: string }).expression] : [],
  );
}

const ALL = widgets().flatMap(references);

describe('the dashboard of operations', () => {
  it('is JSON for every destination, with the rows of S3 only where there are some', () => {
    const titles = (Destination: string): string[] =>
      widgets({ Destination }).map(({ properties: { title } }) => title);

    const ofS3 = ['Rows and objects written to S3', 'Rows in S3, counted once a day'];
    expect(titles('S3')).toEqual([...titles('CloudTrailLake'), ...ofS3]);
    expect(titles('Both')).toEqual(titles('S3'));
  });

  it.each(ALL)('shows what exists: %s %s', (namespace, metric, ...dimensions) => {
    const names = dimensions.filter((_, index) => index % 2 === 0);
    const values = dimensions.filter((_, index) => index % 2 === 1);

    const documented =
      namespace === NAMESPACE
        ? OWN.filter(
            ({ name, dimension, inAll }) => name === metric && (dimension === undefined || inAll),
          ).map(() => 'service')
        : OF_AWS[namespace]?.[metric];

    expect([...new Set(documented)]).toEqual(names);
    names.forEach((name, index) => expect(NAMED[name]).toContain(values[index]));
  });

  it.each(widgets().flatMap(searches))('searches what exists: %s', (expression) => {
    const parts =
      /^SEARCH\('\{"(?<namespace>[^"]+)",service,(?<dimension>\w+)\} MetricName="(?<metric>\w+)"', '(Sum|Maximum)'\)$/.exec(
        expression,
      )?.groups;

    expect(parts?.['namespace']).toBe(NAMESPACE);
    expect(OWN).toContainEqual(
      expect.objectContaining({
        name: parts?.['metric'],
        dimension: expect.objectContaining({ name: parts?.['dimension'] }) as unknown,
      }),
    );
  });

  it.each(['Errors', 'Throttles', 'Duration'])('shows the %s of every function', (metric) => {
    const shown = ALL.filter(([, name]) => name === metric).map(([, , , functionName]) =>
      String(functionName),
    );

    expect(shown.toSorted()).toEqual(idsOf('AWS::Serverless::Function').toSorted());
  });

  it('shows what waits in every queue', () => {
    const shown = ALL.filter(([, name]) => name === 'ApproximateNumberOfMessagesVisible').map(
      ([, , , queue]) => String(queue),
    );

    expect(shown.toSorted()).toEqual(NAMED['QueueName']?.toSorted());
  });

  it.each([
    ['every stack', {}, undefined],
    ['the Graph collector', GRAPH_ONLY, 'CollectGraph'],
    ['the Office 365 collector', OFFICE365_ONLY, 'CollectOffice365'],
  ])('shows every alarm of %s', (_, parameters, condition) => {
    const shown = (of: Parameters): string[] =>
      widgets(of).flatMap(({ properties: { alarms = [] } }) => alarms);

    const added = shown(parameters).filter((id) => condition === undefined || !shown({}).includes(id));
    const expected = idsOf('AWS::CloudWatch::Alarm').filter((id) => resource(id).Condition === condition);
    expect(added.toSorted()).toEqual(expected.map((id) => `${id}.Arn`).toSorted());
  });

  it('shows each log that is collected, with whichever collector', () => {
    const ofLogs = (of: Parameters): string[] =>
      widgets(of)
        .flatMap(searches)
        .filter((search) => search.includes('logType'));

    expect(ofLogs(GRAPH_ONLY)).toHaveLength(3);
    expect(ofLogs(OFFICE365_ONLY)).toEqual(ofLogs(GRAPH_ONLY));
    expect(ofLogs({})).toEqual([]);
  });

  it('is of the Region of the stack, and named so that stacks of two Regions do not share one', () => {
    const regions = widgets().flatMap(({ type, properties: { region } }) =>
      type === 'metric' ? [region] : [],
    );

    expect([...new Set(regions)]).toEqual(['eu-central-1']);
    expect(evaluate(properties('Operations')['DashboardName'])).toBe('crosstrail-eu-central-1');
  });

  it('is made unless somebody says no', () => {
    const { Condition } = resource('Operations');

    expect(template.Parameters['OperationsDashboard']?.AllowedValues).toEqual(['yes', 'no']);
    expect(evaluate({ Condition })).toBe(true);
    expect(evaluate({ Condition }, { OperationsDashboard: 'no' })).toBe(false);
  });
});
