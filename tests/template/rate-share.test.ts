import { environmentOf, properties, template } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';

/** Requests/s of PutAuditEvents, account and Region. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
const ACCOUNT_RATE = 100;

const concurrencies = (template.Parameters['ProcessorMaximumConcurrency']?.AllowedValues ?? []).map(String);

describe('the share of each Processor in the PutAuditEvents rate', () => {
  it.each(concurrencies)('leaves the account room when %s of them run', (concurrency) => {
    const rate = environmentOf('ProcessorFunction')['PUT_AUDIT_EVENTS_RATE'];

    const share = Number(evaluate(rate, { ProcessorMaximumConcurrency: concurrency }));

    expect(Number.isInteger(share)).toBe(true);
    expect(share * Number(concurrency)).toBeLessThanOrEqual(ACCOUNT_RATE * 0.9);
    expect(share * Number(concurrency)).toBeGreaterThan(ACCOUNT_RATE * 0.8);
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
