import type { AuditEvent } from '#mapping/audit-event.ts';
import type { CloudTrailDataClient, PutAuditEventsCommandInput } from '#shared/aws/cloudtrail-data/index.ts';
import { CloudTrailLake } from '#shared/destinations/cloudtrail-lake.ts';
import { RequestPace } from '#shared/destinations/request-pace.ts';
import { VirtualTime } from './virtual-time.ts';

const CHANNEL = 'arn:aws:cloudtrail:eu-central-1:111122223333:channel/01234567-89ab-cdef-0123-456789abcdef';

type Answer = (ids: readonly string[], number: number) => object;

/** Takes every entry. */
const accepted: Answer = (ids) => ({ successful: ids.map((id) => ({ id })), failed: [] });

/** What the SDK throws. */
function failure(name: string, httpStatusCode?: number, retryAfter?: string): Error {
  return Object.assign(new Error('a text of the service'), {
    name,
    ...(httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } }),
    ...(retryAfter === undefined ? {} : { $response: { headers: { 'retry-after': retryAfter } } }),
  });
}

function thrown(error: Error): Answer {
  return () => {
    throw error;
  };
}

/** The destination before a service that answers so, by a clock that only sleeping moves. */
function start(answer: Answer, random = 1, lateness?: () => number) {
  const time = new VirtualTime(lateness);
  const requests: { at: number; ids: string[]; channelArn: string | undefined }[] = [];
  const emitted: { name: string; fields: object }[] = [];
  const pauses: number[] = [];
  const client = {
    send: async ({ input }: { input: PutAuditEventsCommandInput }) => {
      const ids = (input.auditEvents ?? []).map(({ id }) => id ?? '');
      requests.push({ at: time.now, ids, channelArn: input.channelArn });
      return answer(ids, requests.length);
    },
  } as unknown as Pick<CloudTrailDataClient, 'send'>;
  const destination = new CloudTrailLake({
    client,
    channelArn: CHANNEL,
    pace: new RequestPace(
      10,
      () => time.now,
      (ms) => time.sleep(ms),
    ),
    telemetry: { emit: (name, fields) => void emitted.push({ name, fields }) },
    sleep: async (ms) => {
      pauses.push(ms);
      await time.sleep(ms);
    },
    random: () => random,
  });
  const deliver = async (count: number, deadline?: AbortSignal) => {
    const delivering = destination.deliver(events(count), deadline);
    await time.run(1_000_000);
    return delivering;
  };
  return { deliver, requests, emitted, pauses };
}

function events(count: number): AuditEvent[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `e${n}`,
    eventData: { UID: `u${n}` } as AuditEvent['eventData'],
  }));
}

describe('an event that CloudTrail Lake does not take', () => {
  it.each([
    ['Throttling of its request', thrown(failure('ThrottlingException', 400)), 'ThrottlingException (400)'],
    ['no answer', thrown(failure('TimeoutError')), 'TimeoutError (no answer)'],
    ['a text that may be anything', thrown(failure('a text: with "content"', 500)), 'an error (500)'],
    [
      'its own Throttling',
      (ids) => ({ failed: ids.map((id) => ({ id, errorCode: 'Throttling' })) }),
      'Throttling',
    ],
    ['an answer that does not name it', () => ({}), 'nothing'],
  ] as [string, Answer, string][])(
    'for %s is unsettled after six tries, with the last answer',
    async (_, answer, said) => {
      const { deliver, requests } = start(answer);

      const outcomes = await deliver(1);

      expect(requests).toHaveLength(6);
      expect(outcomes).toMatchObject([
        {
          kind: 'unsettled',
          error: {
            code: 'DELIVERY_INCOMPLETE',
            message: expect.stringContaining(
              `CloudTrail Lake did not take every event in 6 tries; the last answer was ${said}`,
            ) as string,
          },
        },
      ]);
    },
  );

  it('is remembered with what was said to it, whatever the requests beside it met', async () => {
    const { deliver } = start((ids, number) => {
      if (ids.includes('e0')) throw failure('ServiceUnavailable', 503);
      return accepted(ids, number);
    });

    const outcomes = await deliver(150);

    expect(outcomes.filter(({ kind }) => kind === 'delivered')).toHaveLength(50);
    expect(outcomes[0]).toMatchObject({
      error: { message: expect.stringContaining('ServiceUnavailable (503)') as string },
    });
  });

  it('is named to the channel', async () => {
    const { deliver, requests } = start(accepted);

    await deliver(1);

    expect(requests).toMatchObject([{ channelArn: CHANNEL }]);
  });
});

describe('pauses', () => {
  it.each([
    [1, [200, 400, 800, 1_600, 3_200]],
    [0, [100, 200, 400, 800, 1_600]],
  ])('are shortened by up to a half, by chance (%d)', async (random, expected) => {
    const { deliver, pauses } = start(thrown(failure('InternalFailure', 500)), random);

    await deliver(1);

    expect(pauses).toEqual(expected);
  });

  it('of an answer hold up every request of the instance as long as it asks for', async () => {
    const { deliver, requests } = start((ids, number) => {
      if (number === 1) throw failure('ThrottlingException', 429, '9');
      return accepted(ids, number);
    });

    await deliver(300);

    // The turn of the second request was given before the first was answered.
    expect(requests.map(({ at }) => at)).toEqual([0, 100, 9_000, 9_200]);
  });

  it('of ten seconds are waited for, of more are left to the range queue', async () => {
    const waiting = start((ids, number) => {
      if (number === 1) throw failure('ThrottlingException', 429, '10');
      return accepted(ids, number);
    });
    const leaving = start(thrown(failure('ThrottlingException', 429, '10.001')));

    expect(await waiting.deliver(1)).toEqual([{ kind: 'delivered' }]);
    expect(waiting.requests.map(({ at }) => at)).toEqual([0, 10_000]);
    expect(await leaving.deliver(1)).toMatchObject([
      {
        error: {
          code: 'DELIVERY_INCOMPLETE',
          message: expect.stringContaining('asks for 10001 ms of silence') as string,
        },
      },
    ]);
    expect(leaving.requests).toHaveLength(1);
  });

  it('that no answer asks for take no turn away that was missed while the process was busy', async () => {
    let late = 600;
    const once = (): number => {
      const lateness = late;
      late = 0;
      return lateness;
    };
    const { deliver, requests } = start(accepted, 1, once);

    await deliver(500);

    expect(requests.map(({ at }) => at)).toEqual([0, 700, 700, 700, 700]);
  });

  it('of no time ask for none', async () => {
    const { deliver, requests } = start((ids, number) => {
      if (number === 1) throw failure('ThrottlingException', 429, '0');
      return accepted(ids, number);
    });

    await deliver(1);

    expect(requests.map(({ at }) => at)).toEqual([0, 200]);
  });
});

describe('a delivery whose time is over', () => {
  it('sends nothing', async () => {
    const { deliver, requests } = start(accepted);

    const outcomes = await deliver(2, AbortSignal.abort());

    expect(requests).toEqual([]);
    expect(outcomes).toMatchObject([
      {
        kind: 'unsettled',
        error: {
          code: 'OUT_OF_TIME',
          message: expect.stringContaining('before every event was sent') as string,
        },
      },
      { kind: 'unsettled', error: { code: 'OUT_OF_TIME' } },
    ]);
  });

  it('sends nothing more, and keeps what was taken', async () => {
    const deadline = new AbortController();
    const { deliver, requests } = start((ids, number) => {
      deadline.abort();
      return accepted(ids, number);
    });

    const outcomes = await deliver(300, deadline.signal);

    expect(requests).toHaveLength(1);
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 100 }, () => 'delivered'),
      ...Array.from({ length: 200 }, () => 'unsettled'),
    ]);
  });

  it('sends all while it is not', async () => {
    const { deliver, requests } = start(accepted);

    await deliver(300, new AbortController().signal);

    expect(requests).toHaveLength(3);
  });
});

it('a channel that is set up wrongly is not asked again, not even for entries that may pass later', async () => {
  const { deliver, requests, pauses } = start(() => ({
    successful: [],
    failed: [
      { id: 'e0', errorCode: 'Throttling' },
      { id: 'e1', errorCode: 'AccountNotSubscribed' },
    ],
  }));

  const outcomes = await deliver(2);

  expect(outcomes).toMatchObject([
    { kind: 'unsettled', error: { code: 'CHANNEL_REFUSED' } },
    { kind: 'unsettled', error: { code: 'CHANNEL_REFUSED' } },
  ]);
  expect(requests).toHaveLength(1);
  expect(pauses).toEqual([]);
});

it('what is taken at once is no event of the log', async () => {
  const { deliver, emitted } = start(accepted);

  await deliver(150);

  expect(emitted).toEqual([]);
});

it('what was throttled and sent again is counted once for each delivery', async () => {
  const { deliver, emitted } = start((ids, number) => {
    if (number <= 2) throw failure('ThrottlingException', 400);
    if (number === 3) throw failure('InternalFailure', 500);
    return accepted(ids, number);
  });

  await deliver(1);

  expect(emitted).toEqual([
    { name: 'delivery.throttled', fields: { throttled: 2 } },
    { name: 'delivery.retried', fields: { retried: 3 } },
  ]);
});
