import { judgeEntries, judgeFailure, type Request } from '#shared/destinations/lake-answer.ts';

const CHANNEL = 'arn:aws:cloudtrail:eu-central-1:111122223333:channel/01234567-89ab-cdef-0123-456789abcdef';

/** A request with entries of these ids, which was sent once before. */
function request(...ids: string[]): Request {
  const entries = ids.map((id, index) => ({ id, eventData: '{}', eventDataChecksum: '', index: 10 + index }));
  return { entries, tries: 1 };
}

/** The request of these ids of another one, the next time. */
function next({ entries, tries }: Request, ...ids: string[]): Request {
  return { entries: entries.filter(({ id }) => ids.includes(id)), tries: tries + 1 };
}

/** An error as the SDK throws it. */
function failure(name: string, httpStatusCode?: number, headers?: Record<string, string>): Error {
  return Object.assign(new Error('a text of the service'), {
    name,
    ...(httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } }),
    ...(headers === undefined ? {} : { $response: { headers } }),
  });
}

describe('an answer that names its entries', () => {
  it('settles those that it took', () => {
    expect(judgeEntries(request('a', 'b'), [{ id: 'a' }, { id: 'b' }], [], CHANNEL)).toEqual({
      settled: [
        [10, { kind: 'delivered' }],
        [11, { kind: 'delivered' }],
      ],
      again: [],
      throttled: 0,
    });
  });

  it('sends those again that it does not name: they were not taken for certain', () => {
    const sent = request('a', 'b', 'c');

    expect(judgeEntries(sent, [{ id: 'b' }], [], CHANNEL)).toEqual({
      settled: [[11, { kind: 'delivered' }]],
      again: [next(sent, 'a', 'c')],
      throttled: 0,
    });
  });

  it('sends those again that may pass later, and counts the ones that were throttled', () => {
    const sent = request('a', 'b', 'c', 'd');
    const failed = [
      { id: 'a', errorCode: 'Throttling', errorMessage: 'slower' },
      { id: 'b', errorCode: 'Throttling', errorMessage: 'slower' },
      { id: 'c', errorCode: 'InternalFailure', errorMessage: 'later' },
    ];

    expect(judgeEntries(sent, [{ id: 'd' }], failed, CHANNEL)).toEqual({
      settled: [[13, { kind: 'delivered' }]],
      again: [next(sent, 'a', 'b', 'c')],
      throttled: 2,
      said: 'InternalFailure',
    });
  });

  it('rejects those that it will never take, also when it does not say why', () => {
    const failed = [{ id: 'a', errorCode: 'InvalidData', errorMessage: 'eventTime' }, { id: 'b' }];

    expect(judgeEntries(request('a', 'b'), [], failed, CHANNEL)).toEqual({
      settled: [
        [10, { kind: 'rejected', rejection: { reason: 'INVALID_DATA', message: 'InvalidData: eventTime' } }],
        [11, { kind: 'rejected', rejection: { reason: 'UNKNOWN_ERROR_CODE', message: ': ' } }],
      ],
      again: [],
      throttled: 0,
    });
  });

  it('stops at the first entry that says that the channel is set up wrongly', () => {
    const failed = [
      { id: 'a', errorCode: 'AccountNotSubscribed' },
      { id: 'b', errorCode: 'InvalidRecipient' },
    ];

    const { settled, again, stop } = judgeEntries(request('a', 'b', 'c'), [{ id: 'c' }], failed, CHANNEL);

    expect(settled).toEqual([[12, { kind: 'delivered' }]]);
    expect(again).toEqual([]);
    expect(stop).toMatchObject({
      code: 'CHANNEL_REFUSED',
      message: `CHANNEL_REFUSED: PutAuditEvents to ${CHANNEL} answered AccountNotSubscribed`,
      fields: { channelArn: CHANNEL, code: 'AccountNotSubscribed' },
    });
  });
});

describe('a request that failed as a whole', () => {
  it.each([
    ['ThrottlingException', 400, 1, 'ThrottlingException (400)'],
    ['ServiceUnavailable', 503, 0, 'ServiceUnavailable (503)'],
    ['TimeoutError', undefined, 0, 'TimeoutError (no answer)'],
  ])('with %s goes again, whole', (name, status, throttled, said) => {
    const sent = request('a', 'b');

    expect(judgeFailure(sent, failure(name, status), CHANNEL)).toEqual({
      settled: [],
      again: [next(sent, 'a', 'b')],
      throttled,
      retryAfterMs: undefined,
      said,
    });
  });

  it('waits as long as the service asks', () => {
    const error = failure('ThrottlingException', 429, { 'retry-after': '1.5' });

    expect(judgeFailure(request('a'), error, CHANNEL)).toMatchObject({ retryAfterMs: 1_500, throttled: 1 });
  });

  it('with what concerns the channel stops everything, and keeps the cause', () => {
    const error = failure('ChannelNotFound', 400);

    expect(judgeFailure(request('a', 'b'), error, CHANNEL)).toEqual({
      settled: [],
      again: [],
      throttled: 0,
      stop: expect.objectContaining({
        code: 'CHANNEL_REFUSED',
        fields: { channelArn: CHANNEL, code: 'ChannelNotFound' },
        cause: error,
      }) as unknown,
    });
  });

  it.each([
    [
      ['a', 'b'],
      [['a'], ['b']],
    ],
    [
      ['a', 'b', 'c'],
      [['a', 'b'], ['c']],
    ],
    [
      ['a', 'b', 'c', 'd'],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
  ])('for what %j hold is halved, and its halves have all their tries', (ids, halves) => {
    const { settled, again, throttled } = judgeFailure(
      request(...ids),
      failure('ValidationException', 400),
      CHANNEL,
    );

    expect(again.map(({ entries }) => entries.map(({ id }) => id))).toEqual(halves);
    expect(again.map(({ tries }) => tries)).toEqual([0, 0]);
    expect({ settled, throttled }).toEqual({ settled: [], throttled: 0 });
  });

  it.each([
    ['ValidationException', 400, 'INVALID_DATA'],
    ['RequestEntityTooLargeException', 400, 'REQUEST_TOO_LARGE'],
    ['Unknown', 413, 'REQUEST_TOO_LARGE'],
  ])('with %s (%d) and one event rejects that event as %s', (name, status, reason) => {
    expect(judgeFailure(request('a'), failure(name, status), CHANNEL)).toEqual({
      settled: [
        [
          10,
          {
            kind: 'rejected',
            rejection: {
              reason,
              message: `PutAuditEvents refused a request that held only this event: ${name}`,
            },
          },
        ],
      ],
      again: [],
      throttled: 0,
    });
  });
});
