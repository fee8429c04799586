import { environmentOf, properties, template } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';

/** Requests/s of PutAuditEvents, account and Region. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
const ACCOUNT_RATE = 100;

const concurrencies = (template.Parameters['ProcessorMaximumConcurrency']?.AllowedValues ?? []).map(String);

/** Processors that the lane of an event source may start. */
function concurrencyOf(event: string): number {
  const events = properties('ProcessorFunction')['Events'] as Record<
    string,
    { Properties: { ScalingConfig: { MaximumConcurrency: number } } }
  >;
  return events[event]?.Properties.ScalingConfig.MaximumConcurrency ?? Number.NaN;
}

describe('the share of each Processor in the PutAuditEvents rate', () => {
  it.each(concurrencies)('leaves the account room when %s of them run', (concurrency) => {
    const environment = environmentOf('ProcessorFunction');

    const share = Number(
      evaluate(environment['PUT_AUDIT_EVENTS_RATE'], { ProcessorMaximumConcurrency: concurrency }),
    );
    const live = share * Number(concurrency);
    const history = Number(environment['BACKFILL_PUT_AUDIT_EVENTS_RATE']) * concurrencyOf('History');

    expect(Number.isInteger(share)).toBe(true);
    expect(live + history).toBeLessThanOrEqual(ACCOUNT_RATE * 0.9);
    expect(live + history).toBeGreaterThan(ACCOUNT_RATE * 0.8);
    // A replay comes on top.
    const replay = Number(environmentOf('ReplayerFunction')['PUT_AUDIT_EVENTS_RATE']);
    expect(live + history + replay).toBeLessThan(ACCOUNT_RATE);
    // History is the smaller part by far.
    expect(history).toBeLessThan(live / 3);
  });

  it('divides by the very number of Processors that the queue may start', () => {
    const { Ranges } = properties('ProcessorFunction')['Events'] as {
      Ranges: { Properties: { ScalingConfig: unknown } };
    };

    expect(Ranges.Properties.ScalingConfig).toEqual({
      MaximumConcurrency: { Ref: 'ProcessorMaximumConcurrency' },
    });
    // What an SQS event source takes: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    expect(Math.min(...concurrencies.map(Number))).toBeGreaterThanOrEqual(2);
  });
});
