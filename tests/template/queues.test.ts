import { idsOf, properties, referredId, template, type Json } from './deployed-template.ts';

const FOURTEEN_DAYS_S = 14 * 86_400;

interface RangesEvent {
  readonly Type: string;
  readonly Properties: {
    readonly Queue: unknown;
    readonly BatchSize: number;
    readonly FunctionResponseTypes: readonly string[];
    readonly ScalingConfig: { readonly MaximumConcurrency: unknown };
  };
}
const ranges = (properties('ProcessorFunction')['Events'] as { Ranges: RangesEvent }).Ranges;
const redrive = properties('RangeQueue')['RedrivePolicy'] as {
  deadLetterTargetArn: unknown;
  maxReceiveCount: number;
};

describe('the range queue', () => {
  it('feeds the Processor, which gives back only the ranges that failed', () => {
    expect(ranges.Type).toBe('SQS');
    expect(referredId(ranges.Properties.Queue)).toBe('RangeQueue');
    expect(ranges.Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
  });

  it('fills a batch with at most the 10 messages that FIFO allows', () => {
    expect(ranges.Properties.BatchSize).toBe(10);
  });

  it('does not hand out a range again while six times the time limit of the Processor has not passed', () => {
    const visibility = Number(properties('RangeQueue')['VisibilityTimeout']);

    expect(visibility).toBeGreaterThanOrEqual(6 * Number(properties('ProcessorFunction')['Timeout']));
  });

  it('gives up on a range that always fails, instead of blocking all others for ever (defect L6 of the reference)', () => {
    const deadLetterQueue = properties(referredId(redrive.deadLetterTargetArn));

    expect(referredId(redrive.deadLetterTargetArn)).toBe('RangeDeadLetterQueue');
    expect(deadLetterQueue['FifoQueue']).toBe(true);
    expect(redrive.maxReceiveCount).toBeGreaterThanOrEqual(5);
    expect(redrive.maxReceiveCount).toBeLessThanOrEqual(1000);
  });

  it('moves a range that always fails to the dead-letter queue long before retention would drop it', () => {
    const { VisibilityTimeout, MessageRetentionPeriod } = properties('RangeQueue');

    expect(redrive.maxReceiveCount * Number(VisibilityTimeout)).toBeLessThan(
      Number(MessageRetentionPeriod) / 2,
    );
  });

  it('orders and deduplicates per log object, so that none waits for another', () => {
    expect(properties('RangeQueue')).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      ContentBasedDeduplication: false,
    });
  });
});

describe('every queue', () => {
  it.each(idsOf('AWS::SQS::Queue'))('%s keeps its messages for 14 days, encrypted', (id) => {
    expect(properties(id)).toMatchObject({
      MessageRetentionPeriod: FOURTEEN_DAYS_S,
      SqsManagedSseEnabled: true,
    });
  });
});

describe('the failure queue', () => {
  it('is a standard queue: no reject waits for another (defect L7 of the reference)', () => {
    expect(properties('FailureQueue')['FifoQueue']).toBeUndefined();
  });
});

describe('the schedule', () => {
  const target = properties('Schedule')['Target'] as Json;

  it('starts the Aggregator every hour by default', () => {
    expect(referredId(target['Arn'])).toBe('AggregatorFunction');
    expect(referredId(properties('Schedule')['ScheduleExpression'])).toBe('AggregationSchedule');
    expect(template.Parameters['AggregationSchedule']?.Default).toBe('rate(1 hour)');
    expect(properties('Schedule')['State']).toBe('ENABLED');
  });

  it('tries again, and keeps a run that failed for good (defect L5 of the reference)', () => {
    const invoke = properties('AggregatorFunction')['EventInvokeConfig'] as Json;

    expect(target['RetryPolicy']).toEqual({ MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3000 });
    expect(referredId((target['DeadLetterConfig'] as Json)['Arn'])).toBe('AggregatorDeadLetterQueue');
    expect(invoke['MaximumRetryAttempts']).toBe(2);
    expect(invoke['DestinationConfig']).toEqual({
      OnFailure: { Type: 'SQS', Destination: { 'Fn::GetAtt': ['AggregatorDeadLetterQueue', 'Arn'] } },
    });
  });

  it('leaves the Aggregator all the time that Lambda gives (defect L8 of the reference)', () => {
    expect(properties('AggregatorFunction')['Timeout']).toBe(900);
  });

  it('takes no concurrency from the account: overlapping runs are safe by conditional writes (defect L9)', () => {
    for (const id of idsOf('AWS::Serverless::Function')) {
      expect(properties(id)['ReservedConcurrentExecutions']).toBeUndefined();
    }
  });
});
