import type { AuditEvent } from '#mapping/audit-event.ts';
import { CloudTrailLake } from '#shared/destinations/cloudtrail-lake.ts';
import { RequestPace } from '#shared/destinations/request-pace.ts';
import { mostInASecond, seededRandom, VirtualTime } from '../shared/destinations/virtual-time.ts';
import { environmentOf, properties, template } from '../template/deployed-template.ts';
import { evaluate } from '../template/evaluate.ts';

/** PutAuditEvents requests/s of an account in a Region. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
const ACCOUNT_RATE = 100;
/** Requests side by side in one instance: eight of each of four ranges. */
const DELIVERIES = 32;
const SECONDS = 30;

const EVENT = { id: 'an-id', eventData: { version: '1.0' } } as unknown as AuditEvent;

function setting(functionId: string, name: string, concurrency = '5'): number {
  return Number(evaluate(environmentOf(functionId)[name], { ProcessorMaximumConcurrency: concurrency }));
}

function concurrencyOf(event: string): number {
  const events = properties('ProcessorFunction')['Events'] as Record<
    string,
    { Properties: { ScalingConfig: { MaximumConcurrency: number } } }
  >;
  return events[event]?.Properties.ScalingConfig.MaximumConcurrency ?? Number.NaN;
}

/** The shares of all instances that the template lets run at a time. */
function sharesOf(concurrency: string): number[] {
  return [
    ...Array<number>(Number(concurrency)).fill(
      setting('ProcessorFunction', 'PUT_AUDIT_EVENTS_RATE', concurrency),
    ),
    ...Array<number>(concurrencyOf('History')).fill(
      setting('ProcessorFunction', 'BACKFILL_PUT_AUDIT_EVENTS_RATE'),
    ),
    setting('ReplayerFunction', 'PUT_AUDIT_EVENTS_RATE'),
  ];
}

/** Runs instances with these shares before a Lake that throttles every third request; gives the moment of each. */
async function requestsOf(shares: readonly number[]): Promise<{ moments: number[]; repeats: number }> {
  const random = seededRandom(shares.length);
  const time = new VirtualTime(() => (random() < 0.05 ? 400 : Math.floor(random() * 10)));
  const moments: number[] = [];
  let repeats = 0;
  const sleep = (ms: number): Promise<void> => time.sleep(ms);
  const send = async () => {
    moments.push(time.now);
    await sleep(20 + random() * 300);
    if (moments.length % 3 === 0) {
      repeats += 1;
      throw Object.assign(new Error('slower'), { name: 'ThrottlingException' });
    }
    return { successful: [{ id: EVENT.id, eventID: 'e' }], failed: [] };
  };
  for (const share of shares) {
    const lake = new CloudTrailLake({
      client: { send },
      channelArn: 'arn',
      pace: new RequestPace(share, () => time.now, sleep),
      telemetry: { emit: () => undefined },
      sleep,
      random,
    });
    const deliverForEver = async (): Promise<void> => {
      for (;;) await lake.deliver(Array.from({ length: 8 }, () => EVENT));
    };
    for (let lane = 0; lane < DELIVERIES; lane += 1) void deliverForEver();
  }
  await time.run(SECONDS * 1_000);
  return { moments, repeats };
}

const concurrencies = (template.Parameters['ProcessorMaximumConcurrency']?.AllowedValues ?? []).map(String);

it.each(concurrencies)(
  'with %s Processors, the lane of history and a replay at work no second holds more than 100 requests, retries included',
  async (concurrency) => {
    const shares = sharesOf(concurrency);

    const { moments, repeats } = await requestsOf(shares);

    expect(mostInASecond(moments)).toBeLessThanOrEqual(ACCOUNT_RATE);
    expect(repeats).toBeGreaterThan(100);
    // The rate is used, not only kept.
    expect(moments.length / SECONDS).toBeGreaterThan(ACCOUNT_RATE * 0.6);
  },
);
