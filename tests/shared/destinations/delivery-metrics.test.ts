import type { AuditEvent } from '#mapping/audit-event.ts';
import { CloudTrailLake } from '#shared/destinations/cloudtrail-lake.ts';
import { RequestPace } from '#shared/destinations/request-pace.ts';

const EVENT = { id: 'one', eventData: { UID: 'u' } } as unknown as AuditEvent;

/** Delivers one event through a channel whose tries end as `answers` say, and gives the counts that were emitted. */
async function emittedFor(answers: readonly (Error | 'taken')[]): Promise<unknown[]> {
  const emitted: unknown[] = [];
  const left = [...answers];
  const send = async (): Promise<unknown> => {
    const answer = left.shift();
    if (answer instanceof Error) throw answer;
    return { successful: [{ id: 'one' }], failed: [] };
  };
  const sleep = async (): Promise<void> => undefined;
  const lake = new CloudTrailLake({
    client: { send },
    channelArn: 'arn:aws:cloudtrail:us-east-1:111122223333:channel/EXAMPLE8-0558-4f7e-a06a-43969EXAMPLE',
    pace: new RequestPace(100, Date.now, sleep),
    telemetry: { emit: (name, fields) => emitted.push({ name, ...fields }) },
    sleep,
    random: () => 0,
  });

  await lake.deliver([EVENT]);

  return emitted;
}

function failure(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
}

it('a delivery that is taken at once emits nothing', async () => {
  expect(await emittedFor(['taken'])).toEqual([]);
});

it('a request that was throttled and sent again counts as both', async () => {
  const throttle = failure('ThrottlingException', 400);

  expect(await emittedFor([throttle, throttle, 'taken'])).toEqual([
    { name: 'delivery.throttled', throttled: 2 },
    { name: 'delivery.retried', retried: 2 },
  ]);
});

it('a request that failed otherwise and was sent again counts as a retry only', async () => {
  expect(await emittedFor([failure('InternalServerError', 500), 'taken'])).toEqual([
    { name: 'delivery.retried', retried: 1 },
  ]);
});
