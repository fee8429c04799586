import { createHash } from 'node:crypto';
import { THROTTLE } from '#local/lake/lake-faults.ts';
import { startLocalLake, type LocalLake } from '#local/lake/local-lake.ts';
import { authorizationFor, entries, entry, eventData, put, putBody, type Entry } from './lake-fixtures.ts';

const checksum = (text: string): string => createHash('sha256').update(text).digest('base64');
const count = async (lake: LocalLake): Promise<string | null | undefined> =>
  (await lake.query(`SELECT count(*) FROM ${lake.eventDataStoreId}`)).rows[0]?.[0];

describe('a request', () => {
  let lake: LocalLake;
  beforeAll(async () => {
    lake = await startLocalLake();
  });
  afterAll(async () => lake.close());

  it('is answered with an event id of CloudTrail for each entry', async () => {
    const { status, headers, body } = await put(lake, [entry('a'), entry('b')], { externalId: 'ab' });

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.failed).toEqual([]);
    expect(body.successful?.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(new Set(body.successful?.map(({ eventID }) => eventID)).size).toBe(2);
  });

  it('stores the same id again: nothing is deduplicated across requests', async () => {
    const before = Number(await count(lake));

    await put(lake, [entry('again')]);
    await put(lake, [entry('again')]);

    expect(Number(await count(lake)) - before).toBe(2);
  });

  it.each([
    [1, 200],
    [100, 200],
    [0, 400],
    [101, 400],
  ])('of %d entries is answered %d', async (number, expected) => {
    const { status, headers } = await put(lake, entries(number));

    expect(status).toBe(expected);
    expect(headers.get('x-amzn-errortype')).toBe(expected === 200 ? null : 'ValidationException');
  });

  it.each([
    [999_999, 200],
    [1_000_000, 200],
    [1_000_001, 413],
  ])('of %d bytes is answered %d', async (bytes, expected) => {
    const body = JSON.stringify({ auditEvents: [entry('big')] });

    const answer = await putBody(lake, body.padEnd(bytes, ' '));

    expect(answer.status).toBe(expected);
    expect(answer.headers.get('x-amzn-errortype')).toBe(
      expected === 200 ? null : 'RequestEntityTooLargeException',
    );
  });

  it.each([
    ['a', 200],
    ['-_AZaz09', 200],
    ['x'.repeat(128), 200],
    ['x'.repeat(129), 400],
    ['', 400],
    ['a b', 400],
    ['é', 400],
  ])('with the id %p is answered %d', async (id, expected) => {
    const { status } = await put(lake, [entry(id)]);

    expect(status).toBe(expected);
  });

  it.each([
    ['a', 400],
    ['ab', 200],
    ['x'.repeat(1224), 200],
    ['x'.repeat(1225), 400],
    ['a b', 400],
  ])('with the external id %.10p is answered %d', async (externalId, expected) => {
    const { status } = await put(lake, [entry('external')], { externalId });

    expect(status).toBe(expected);
  });

  const channel = 'channel/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d';
  it.each([
    [null, 'ValidationException'],
    ['', 'InvalidChannelARN'],
    ['0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d', 'InvalidChannelARN'],
    ['arn:aws:cloudtrail:us-east-1:111122223333:trail/x', 'InvalidChannelARN'],
    [`arn:aws:cloudtrail:us-east-1:999999999999:${channel}`, 'ChannelInsufficientPermission'],
    [`arn:aws:cloudtrail:eu-west-1:111122223333:${channel}`, 'ChannelNotFound'],
    [`arn:aws:cloudtrail:us-east-1:111122223333:${channel.replace('0a', '1a')}`, 'ChannelNotFound'],
  ])('for the channel %p is refused with %s', async (channelArn, type) => {
    const before = await count(lake);

    const { status, headers, body } = await put(lake, [entry('a')], { channelArn });

    expect(status).toBe(400);
    expect(headers.get('x-amzn-errortype')).toBe(type);
    expect(body.message).toMatch(/channel/i);
    expect(await count(lake)).toBe(before);
  });

  it('with one id twice is refused as a whole', async () => {
    const before = await count(lake);

    const { status, headers, body } = await put(lake, [entry('a'), entry('b'), entry('a')]);

    expect([status, headers.get('x-amzn-errortype')]).toEqual([400, 'DuplicatedAuditEventId']);
    expect(Object.keys(body)).toEqual(['message']);
    expect(await count(lake)).toBe(before);
  });

  it.each([
    ['not JSON', '{', 'SerializationException'],
    ['no object', '[]', 'SerializationException'],
    ['no entries', '{}', 'ValidationException'],
    ['entries that are no list', '{"auditEvents":{}}', 'SerializationException'],
    ['an entry that is no object', '{"auditEvents":[1]}', 'SerializationException'],
    ['an entry without id', '{"auditEvents":[{"eventData":"{}"}]}', 'ValidationException'],
    ['an entry without eventData', '{"auditEvents":[{"id":"a"}]}', 'ValidationException'],
    ['eventData as an object', '{"auditEvents":[{"id":"a","eventData":{}}]}', 'SerializationException'],
  ])('with %s is refused', async (_, body, type) => {
    const { status, headers } = await putBody(lake, body);

    expect([status, headers.get('x-amzn-errortype')]).toEqual([400, type]);
  });

  it.each([
    [{}, 'MissingAuthenticationTokenException'],
    [{ authorization: 'Bearer x' }, 'IncompleteSignatureException'],
    [{ authorization: authorizationFor('cloudtrail') }, 'InvalidSignatureException'],
  ])('signed as %j is refused with %s', async (headers, type) => {
    const answer = await put(lake, [entry('a')], { headers });

    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([403, type]);
  });

  it('for another path is no operation', async () => {
    const response = await fetch(`${lake.endpoint}/PutEvents`, { method: 'POST', body: '{}' });

    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([
      404,
      'UnknownOperationException',
    ]);
  });

  const bad = (changes: Record<string, unknown>): Entry => entry('bad', changes);
  const raw = (text: string): Entry => ({ id: 'bad', eventData: text });
  it.each<[string, string, Entry]>([
    ['FieldNotFound', 'a required field is absent', bad({ eventName: undefined })],
    ['FieldNotFound', 'a required field is empty', bad({ UID: '' })],
    ['FieldTooLong', 'a text is a byte too long', bad({ eventName: 'x'.repeat(1025) })],
    ['FieldTooLong', 'four-byte letters are a byte too long', bad({ errorMessage: `x${'😀'.repeat(64)}` })],
    [
      'FieldTooLong',
      'additionalEventData is too large',
      bad({ additionalEventData: { a: 'x'.repeat(28_000) } }),
    ],
    [
      'FieldTooLong',
      'requestParameters is too large',
      bad({ requestParameters: { a: 'x'.repeat(100_000) } }),
    ],
    [
      'InvalidChecksum',
      'the checksum is of other bytes',
      { ...bad({}), eventDataChecksum: checksum('other') },
    ],
    ['InvalidChecksum', 'the checksum is empty', { ...bad({}), eventDataChecksum: '' }],
    ['InvalidData', 'eventData is not JSON', raw('nope')],
    ['InvalidData', 'eventData is empty', raw('')],
    ['InvalidData', 'eventData is no object', raw('[1]')],
    ['InvalidData', 'eventData is nested beyond reason', raw('['.repeat(400_000))],
    ['InvalidData', 'an address is none', bad({ sourceIPAddress: '203.0.113.7:443' })],
    ['InvalidData', 'a time is none', bad({ eventTime: '2026-11-20T10:00:00.123Z' })],
    ['InvalidData', 'an object field is a number', bad({ requestParameters: 1.5 })],
    ['InvalidData', 'a field is unknown', bad({ extra: 1 })],
    ['InvalidRecipient', 'the recipient is another account', bad({ recipientAccountId: '999999999999' })],
  ])('gets %s when %s, and its neighbours pass', async (code, _, entryToRefuse) => {
    const before = Number(await count(lake));

    const { status, body } = await put(lake, [entry('before'), entryToRefuse, entry('after')]);

    expect(status).toBe(200);
    expect(body.successful?.map(({ id }) => id)).toEqual(['before', 'after']);
    expect(body.failed).toEqual([
      { id: 'bad', errorCode: code, errorMessage: expect.stringMatching(/^.{1,1024}$/s) as string },
    ]);
    expect(Number(await count(lake)) - before).toBe(2);
  });

  it('takes every field at its limit, and a right checksum', async () => {
    const full = entry('full', {
      eventName: 'x'.repeat(1024),
      errorMessage: '😀'.repeat(64),
      additionalEventData: { a: 'x'.repeat(27_992) },
      sourceIPAddress: '2001:db8::1',
      eventTime: '2026-02-28T23:59:59',
    });

    const { body } = await put(lake, [{ ...full, eventDataChecksum: checksum(full.eventData) }]);

    expect(body.failed).toEqual([]);
  });

  it('keeps large numbers, lone surrogates and hostile keys as far as text can', async () => {
    const text = JSON.stringify(eventData({ UID: 'odd' })).replace(
      '"attempt":2',
      String.raw`"attempt":9007199254740993,"price":1.10,"half":"\ud800","__proto__":"p","nul":"a\u0000b","u":"\u2028"`,
    );

    const { body } = await put(lake, [{ id: 'odd', eventData: text }]);
    const at = (key: string): string => `element_at(eventData.requestParameters, '${key}')`;
    const { rows } = await lake.query(
      `SELECT ${at('attempt')}, ${at('price')}, ${at('half')}, ${at('__proto__')}, length(${at('nul')}), length(${at('u')})
       FROM ${lake.eventDataStoreId} WHERE eventData.uid = 'odd'`,
    );

    expect(body.failed).toEqual([]);
    expect(rows).toEqual([['9007199254740993', '1.10', '\ufffd', 'p', '3', '1']]);
  });
});

describe('the quota of 100 requests a second', () => {
  it('refuses the next request until the bucket refills', async () => {
    let now = Date.UTC(2026, 10, 20);
    const lake = await startLocalLake({ now: () => now });
    const statuses = async (times: number): Promise<number[]> => {
      const answers = await Promise.all(Array.from({ length: times }, async () => put(lake, [entry('a')])));
      return answers.map(({ status }) => status);
    };

    const first = await statuses(100);
    const over = await put(lake, [entry('a')]);
    now += 20;
    const afterRefill = await statuses(3);
    const counters = lake.counters();
    await lake.close();

    expect(new Set(first)).toEqual(new Set([200]));
    expect([over.status, over.headers.get('x-amzn-errortype')]).toEqual([400, 'ThrottlingException']);
    expect(over.body).toEqual({ message: 'Rate exceeded' });
    expect(afterRefill.toSorted((a, b) => a - b)).toEqual([200, 200, 400]);
    expect(counters).toEqual({ requests: 104, throttled: 2, refused: 0, accepted: 102, failed: 0 });
  });
});

describe('faults', () => {
  it('refuse, fail entries or break the connection as told', async () => {
    const lake = await startLocalLake({
      faults: ({ number, ids }) =>
        [
          THROTTLE,
          { kind: 'refuse' as const, type: 'InternalServerException', status: 503 },
          {
            kind: 'fail-entries' as const,
            codes: new Map(ids.slice(1).map((id) => [id, 'AccountNotSubscribed'])),
          },
          { kind: 'reset' as const, when: 'before-storing' as const },
          { kind: 'reset' as const, when: 'after-storing' as const },
        ][number - 1],
    });
    const send = async (): ReturnType<typeof put> => put(lake, [entry('a'), entry('b')]);

    const throttled = await send();
    const refused = await send();
    const partial = await send();
    await expect(send()).rejects.toThrow('fetch failed');
    const afterFirstReset = await count(lake);
    await expect(send()).rejects.toThrow('fetch failed');
    const afterSecondReset = await count(lake);
    const healthy = await send();
    const counters = lake.counters();
    await lake.close();

    expect([throttled.status, throttled.headers.get('x-amzn-errortype')]).toEqual([
      400,
      'ThrottlingException',
    ]);
    expect(refused.status).toBe(503);
    expect(partial.body.successful).toHaveLength(1);
    expect(partial.body.failed).toEqual([
      { id: 'b', errorCode: 'AccountNotSubscribed', errorMessage: expect.any(String) as string },
    ]);
    expect([afterFirstReset, afterSecondReset]).toEqual(['1', '3']);
    expect(healthy.status).toBe(200);
    expect(counters).toEqual({ requests: 6, throttled: 1, refused: 1, accepted: 5, failed: 1 });
  });
});
