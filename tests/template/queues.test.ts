import { RESERVE_MS } from '#processor/process-range.ts';
import { MAX_RANGE_BYTES } from '#shared/ranges/decide-ranges.ts';
import { retryDelaySeconds } from '#processor/retry-delay.ts';
import { CrosstrailError, type ErrorCode } from '#shared/errors/crosstrail-error.ts';
import { idsOf, properties, referredId, template, type Json } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';
import { COLLECTORS_ONLY, statementsOf } from './permissions.ts';

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
const lanes = properties('ProcessorFunction')['Events'] as Record<string, RangesEvent>;

describe.each([
  ['RangeQueue', 'Ranges'],
  ['BackfillQueue', 'History'],
])('the %s', (queueId, eventId) => {
  const ranges = lanes[eventId] as RangesEvent;
  const redrive = properties(queueId)['RedrivePolicy'] as {
    deadLetterTargetArn: unknown;
    maxReceiveCount: number;
  };

  it('feeds the Processor, which gives back only the ranges that failed', () => {
    expect(ranges.Type).toBe('SQS');
    expect(referredId(ranges.Properties.Queue)).toBe(queueId);
    expect(ranges.Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
  });

  it('fills a batch with at most the 10 messages that FIFO allows', () => {
    expect(ranges.Properties.BatchSize).toBe(10);
  });

  it('does not hand out a range again while six times the time limit of the Processor has not passed', () => {
    const visibility = Number(properties(queueId)['VisibilityTimeout']);

    expect(visibility).toBeGreaterThanOrEqual(6 * Number(properties('ProcessorFunction')['Timeout']));
  });

  it('gives up on a range that always fails, instead of blocking all others for ever (defect L6 of the reference)', () => {
    const deadLetterQueue = properties(referredId(redrive.deadLetterTargetArn));

    expect(referredId(redrive.deadLetterTargetArn)).toBe('RangeDeadLetterQueue');
    expect(deadLetterQueue['FifoQueue']).toBe(true);
    expect(redrive.maxReceiveCount).toBeLessThanOrEqual(1000);
  });

  it('outlasts a day in which Azure or CloudTrail is away, and six days of waiting for a person', () => {
    const secondsUntilGivenUp = (code: ErrorCode): number =>
      Array.from({ length: redrive.maxReceiveCount }, (_, index) =>
        retryDelaySeconds(new CrosstrailError(code, 'for a test'), index + 1, 'm'),
      ).reduce((total, delay) => total + delay, 0);

    expect(secondsUntilGivenUp('AZURE_UNREACHABLE')).toBeGreaterThan(1.2 * 86_400);
    expect(secondsUntilGivenUp('DELIVERY_INCOMPLETE')).toBeGreaterThan(1.2 * 86_400);
    expect(secondsUntilGivenUp('AZURE_ACCESS_DENIED')).toBeGreaterThan(5 * 86_400);
    expect(secondsUntilGivenUp('CHANNEL_REFUSED')).toBeLessThan(7 * 86_400);
    expect(secondsUntilGivenUp('RANGE_REFUSED')).toBeLessThan(0.6 * 86_400);
  });

  it('gives up no range of a backlog: each may be received for as long as the slowest needs', () => {
    // The smallest records known are lines of 200 bytes, 100 to a request, at the smallest share of the rate.
    const shares = Object.values(template.Mappings['ProcessorShare'] ?? {});
    const slowest = Math.min(...shares.map(({ PutAuditEventsRate }) => Number(PutAuditEventsRate)));
    const secondsOfARange = MAX_RANGE_BYTES / 200 / 100 / slowest;
    const usableSeconds = Number(properties('ProcessorFunction')['Timeout']) - RESERVE_MS / 1000;

    const receives = (ranges.Properties.BatchSize * secondsOfARange) / usableSeconds;

    expect(receives).toBeLessThan(redrive.maxReceiveCount / 2);
    // What gets no time comes back after a second each time, and would run through its receives in minutes.
    expect(usableSeconds).toBeGreaterThan(300);
  });

  it('moves a range that always fails to the dead-letter queue long before retention would drop it', () => {
    const { VisibilityTimeout, MessageRetentionPeriod } = properties(queueId);

    expect(redrive.maxReceiveCount * Number(VisibilityTimeout)).toBeLessThan(
      Number(MessageRetentionPeriod) / 2,
    );
  });

  it('orders and deduplicates per log object, so that none waits for another', () => {
    expect(properties(queueId)).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      ContentBasedDeduplication: false,
    });
  });
});

describe('no function feeds itself', () => {
  // Lambda stops a function that reaches itself through a queue after about 16 rounds, and what it holds is lost to it:
  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
  it.each(idsOf('AWS::Serverless::Function'))('%s may not send to a queue that starts it', (id) => {
    const events = Object.values((properties(id)['Events'] ?? {}) as Record<string, RangesEvent>);
    const consumed = events
      .filter(({ Type }) => Type === 'SQS')
      .map((each) => referredId(each.Properties.Queue));
    const sendTargets = statementsOf(referredId(properties(id)['Role']))
      .filter(({ Action }) => [Action].flat().some((action) => /^(sqs:SendMessage|sqs:\*|\*)/.test(action)))
      .flatMap(({ Resource }) => [Resource].flat().map(referredId));

    expect(consumed.filter((queue) => sendTargets.includes(queue))).toEqual([]);
    expect(sendTargets).not.toContain('');
  });
});

describe('every queue', () => {
  it.each(idsOf('AWS::SQS::Queue'))('%s keeps its messages for 14 days, encrypted', (id) => {
    expect(evaluate(properties(id))).toMatchObject({
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

describe('the schedule of the audit', () => {
  const target = properties('AuditorSchedule')['Target'] as Json;

  it('starts the Auditor every day by default, over more days than the horizon', () => {
    expect(referredId(target['Arn'])).toBe('AuditorFunction');
    expect(referredId(properties('AuditorSchedule')['ScheduleExpression'])).toBe('AuditSchedule');
    expect(template.Parameters['AuditSchedule']?.Default).toBe('rate(1 day)');
    expect(Number(template.Parameters['AuditDays']?.Default) * 24).toBeGreaterThan(
      Number(template.Parameters['HorizonHours']?.Default),
    );
  });

  it('keeps a run that could not be started', () => {
    expect(referredId((target['DeadLetterConfig'] as Json)['Arn'])).toBe('AggregatorDeadLetterQueue');
  });

  it('audits no day whose checkpoints may be forgotten', () => {
    expect(Number(template.Parameters['AuditDays']?.MaxValue)).toBeLessThan(
      Number(template.Parameters['CheckpointRetentionDays']?.MinValue),
    );
  });
});

describe.each(['GraphCollector', 'Office365Collector'])('the schedule of the %s', (name) => {
  const target = properties(`${name}Schedule`)['Target'] as Json;

  it('starts it every hour by default, and leaves it all the time that Lambda gives', () => {
    expect(referredId(target['Arn'])).toBe(`${name}Function`);
    expect(referredId(properties(`${name}Schedule`)['ScheduleExpression'])).toBe('CollectionSchedule');
    expect(template.Parameters['CollectionSchedule']?.Default).toBe('rate(1 hour)');
    expect(properties(`${name}Function`)['Timeout']).toBe(900);
  });

  it('tries again, and keeps a run that could not be started', () => {
    expect(target['RetryPolicy']).toEqual({ MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3000 });
    expect(referredId((target['DeadLetterConfig'] as Json)['Arn'])).toBe('AggregatorDeadLetterQueue');
    expect(properties(`${name}Function`)['EventInvokeConfig']).toMatchObject({ MaximumRetryAttempts: 1 });
  });
});

describe('the schedule', () => {
  const target = properties('Schedule')['Target'] as Json;

  it('starts the Aggregator every hour by default', () => {
    expect(referredId(target['Arn'])).toBe('AggregatorFunction');
    expect(referredId(properties('Schedule')['ScheduleExpression'])).toBe('AggregationSchedule');
    expect(template.Parameters['AggregationSchedule']?.Default).toBe('rate(1 hour)');
    expect(evaluate(properties('Schedule')['State'])).toBe('ENABLED');
    expect(evaluate(properties('Schedule')['State'], COLLECTORS_ONLY)).toBe('DISABLED');
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
