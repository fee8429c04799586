import type { AuditEvent } from '#mapping/audit-event.ts';
import { mapRecord } from '#mapping/map-record.ts';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { startLocalLake, type LocalLake } from '#local/lake/local-lake.ts';
import { THROTTLE, type LakeFaults } from '#local/lake/lake-faults.ts';
import { CloudTrailDataClient } from '#shared/aws/cloudtrail-data/index.ts';
import { CloudTrailLake } from '#shared/destinations/cloudtrail-lake.ts';
import { RequestPace } from '#shared/destinations/request-pace.ts';

let lake: LocalLake;
afterEach(async () => lake.close());

interface Delivery {
  readonly destination: CloudTrailLake;
  readonly requests: string[][];
  readonly pauses: number[];
  readonly emitted: { name: string; fields: object }[];
}

/** The destination before a local Lake with faults; it sleeps in no time. */
async function start(faults: LakeFaults = () => undefined): Promise<Delivery> {
  const requests: string[][] = [];
  lake = await startLocalLake({
    requestsPerSecond: 10_000,
    faults: (request) => {
      requests.push([...request.ids]);
      return faults(request);
    },
  });
  const pauses: number[] = [];
  const emitted: { name: string; fields: object }[] = [];
  const destination = new CloudTrailLake({
    client: new CloudTrailDataClient({
      endpoint: lake.endpoint,
      region: 'us-east-1',
      credentials: DUMMY_CREDENTIALS,
      maxAttempts: 1,
    }),
    channelArn: lake.channelArn,
    pace: new RequestPace(1_000_000, Date.now, async () => undefined),
    telemetry: { emit: (name, fields) => emitted.push({ name, fields }) },
    sleep: async (ms) => {
      pauses.push(ms);
    },
    random: () => 1,
  });
  return { destination, requests, pauses, emitted };
}

function events(count: number): AuditEvent[] {
  return Array.from({ length: count }, (_, offset) => {
    const outcome = mapRecord({
      bytes: Buffer.from(
        `{"time":"2026-11-20T10:00:00Z","operationName":"A/B/WRITE","category":"Administrative","n":${offset}}`,
      ),
      origin: {
        account: 'a',
        container: 'insights-activity-logs',
        name: 'n',
        generation: '2026-11-20T10:00:12Z',
        offset,
        length: 1,
      },
      recipientAccountId: '111122223333',
    });
    if (outcome.outcome !== 'event') throw new Error(JSON.stringify(outcome));
    return outcome.event;
  });
}

const DELIVERED = { kind: 'delivered' };

describe('delivery to CloudTrail Lake', () => {
  it('of nothing sends nothing', async () => {
    const { destination, requests } = await start();

    expect(await destination.deliver([])).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('tells the outcome of each event, in order, over several requests', async () => {
    const { destination, requests, pauses, emitted } = await start();
    const sent = events(250);
    const broken = { ...sent[120], eventData: { ...sent[120]?.eventData, eventName: '' } } as AuditEvent;

    const outcomes = await destination.deliver(sent.with(120, broken));

    expect(outcomes.map(({ kind }) => kind)).toEqual(
      sent.map((_, index) => (index === 120 ? 'rejected' : 'delivered')),
    );
    expect(outcomes[120]).toMatchObject({ rejection: { reason: 'FIELD_NOT_FOUND' } });
    expect(new Set(requests.map(({ length }) => length))).toEqual(new Set([100, 50]));
    expect(pauses).toEqual([]);
    expect(emitted).toEqual([]);
  });

  it('sends a throttled request again after a pause that doubles', async () => {
    const { destination, requests, pauses, emitted } = await start(({ number }) =>
      number <= 3 ? THROTTLE : undefined,
    );

    expect(await destination.deliver(events(2))).toEqual([DELIVERED, DELIVERED]);

    expect(requests).toHaveLength(4);
    expect(pauses).toEqual([200, 400, 800]);
    expect(emitted).toContainEqual({ name: 'delivery.throttled', fields: { throttled: 3 } });
  });

  it('gives up on what is always throttled after six tries, with pauses of five seconds at most', async () => {
    const { destination, requests, pauses } = await start(() => THROTTLE);

    const outcomes = await destination.deliver(events(3));

    expect(outcomes.map(({ kind }) => kind)).toEqual(['unsettled', 'unsettled', 'unsettled']);
    expect(outcomes[0]).toMatchObject({ error: { code: 'DELIVERY_INCOMPLETE', passing: true } });
    expect(requests).toHaveLength(6);
    expect(pauses).toEqual([200, 400, 800, 1600, 3200]);
  });

  it.each(['Throttling', 'InternalFailure'])(
    'sends only the entries again that failed with %s',
    async (code) => {
      const sent = events(5);
      const failing = [sent[1]?.id ?? '', sent[3]?.id ?? ''];
      const { destination, requests } = await start(({ number }) =>
        number === 1 ? { kind: 'fail-entries', codes: new Map(failing.map((id) => [id, code])) } : undefined,
      );

      expect(await destination.deliver(sent)).toEqual(sent.map(() => DELIVERED));

      expect(requests).toEqual([sent.map(({ id }) => id), failing]);
      expect(lake.counters().accepted).toBe(5);
    },
  );

  it('rejects an entry with a code that nobody knows, and delivers its neighbours', async () => {
    const sent = events(3);
    const { destination } = await start(() => ({
      kind: 'fail-entries',
      codes: new Map([[sent[1]?.id ?? '', 'SomethingNew']]),
    }));

    expect(await destination.deliver(sent)).toMatchObject([
      DELIVERED,
      { kind: 'rejected', rejection: { reason: 'UNKNOWN_ERROR_CODE' } },
      DELIVERED,
    ]);
  });

  it('stops at an entry that says that the channel is set up wrongly, and keeps what was delivered', async () => {
    const sent = events(1_200);
    const { destination, requests } = await start(({ ids }) =>
      ids.includes(sent[0]?.id ?? '')
        ? { kind: 'fail-entries', codes: new Map([[sent[0]?.id ?? '', 'AccountNotSubscribed']]) }
        : undefined,
    );

    const outcomes = await destination.deliver(sent);

    expect(outcomes[0]).toMatchObject({
      kind: 'unsettled',
      error: { code: 'CHANNEL_REFUSED', passing: false },
    });
    expect(outcomes[1]).toEqual(DELIVERED);
    expect(outcomes.filter(({ kind }) => kind === 'delivered')).toHaveLength(lake.counters().accepted);
    // Eight are in flight; what had not started by then is not sent.
    expect(requests.length).toBeLessThan(12);
  });

  it.each(['ChannelNotFound', 'AccessDeniedException', 'ChannelInsufficientPermission'])(
    'stops at %s after one request',
    async (type) => {
      const { destination, requests } = await start(() => ({ kind: 'refuse', type }));

      expect(await destination.deliver(events(2))).toMatchObject([
        { kind: 'unsettled', error: { code: 'CHANNEL_REFUSED', message: expect.stringContaining(type) } },
        { kind: 'unsettled' },
      ]);
      expect(requests).toHaveLength(1);
    },
  );

  it('finds by halving the one event that makes a request invalid, and delivers all others', async () => {
    const sent = events(100);
    const poison = sent[37]?.id ?? '';
    const { destination, requests } = await start(({ ids }) =>
      ids.includes(poison) ? { kind: 'refuse', type: 'ValidationException' } : undefined,
    );

    const outcomes = await destination.deliver(sent);

    expect(outcomes[37]).toMatchObject({ kind: 'rejected', rejection: { reason: 'INVALID_DATA' } });
    expect(outcomes.filter(({ kind }) => kind === 'delivered')).toHaveLength(99);
    expect(lake.counters().accepted).toBe(99);
    expect(requests.length).toBeLessThanOrEqual(15);
  });

  it('rejects an event that is too large even alone', async () => {
    const { destination } = await start(() => ({
      kind: 'refuse',
      type: 'RequestEntityTooLargeException',
      status: 413,
    }));

    expect(await destination.deliver(events(2))).toMatchObject([
      { kind: 'rejected', rejection: { reason: 'REQUEST_TOO_LARGE' } },
      { kind: 'rejected', rejection: { reason: 'REQUEST_TOO_LARGE' } },
    ]);
  });

  it('an answer that is lost leads to a repeat with the same ids and UIDs', async () => {
    const { destination, requests } = await start(({ number }) =>
      number === 1 ? { kind: 'reset', when: 'after-storing' } : undefined,
    );

    expect(await destination.deliver(events(2))).toEqual([DELIVERED, DELIVERED]);

    expect(requests[0]).toEqual(requests[1]);
    const { rows } = await lake.query(
      `SELECT count(*), count(DISTINCT eventData.uid) FROM ${lake.eventDataStoreId}`,
    );
    expect(rows).toEqual([['4', '2']]);
  });
});
