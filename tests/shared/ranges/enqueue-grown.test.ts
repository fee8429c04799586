import type { OutgoingMessage } from '#shared/aws/queue-sender.ts';
import { initialCheckpoint, type Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import { enqueueGrown, Tally, type EnqueueingPorts, type ListingPlan } from '#shared/ranges/enqueue-grown.ts';
import { messageDeduplicationId, messageGroupId, readRangeMessage } from '#shared/ranges/range.ts';
import { InProcessBucket } from '../../reliability/in-process/bucket.ts';
import { InProcessLake } from '../../reliability/in-process/lake.ts';
import type { LogObjectLife } from '../../reliability/in-process/log-object-life.ts';
import { ACTIVITY, activityName } from '../../reliability/in-process/records.ts';
import { InProcessSqs } from '../../reliability/in-process/sqs.ts';
import { ACCOUNT, InProcessStorage } from '../../reliability/in-process/storage.ts';
import { InProcessTable } from '../../reliability/in-process/table.ts';
import { wire, type Wired } from '../../reliability/in-process/wiring.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOUR = Date.parse('2026-11-20T10:00:00Z');
const NOW = HOUR + 40 * 60_000;

let storage: InProcessStorage;
let wired: Wired;
let sent: OutgoingMessage[][];
let emitted: { name: string; fields: object }[];
let tally: Tally;
let positions: string[];

beforeEach(() => {
  sent = [];
  emitted = [];
  positions = [];
  tally = new Tally();
  storage = new InProcessStorage(() => NOW);
  wired = wire({
    storage,
    table: new InProcessTable(() => undefined),
    sqs: new InProcessSqs({}, {}),
    lake: new InProcessLake(() => undefined),
    bucket: new InProcessBucket(() => undefined),
    telemetry: { emit: (name, fields) => void emitted.push({ name, fields }) },
    now: () => NOW,
  });
});

/** A log object of so many bytes, whose hour was so many hours ago. */
function grown(bytes: number, hoursAgo = 0, subscription = 'A'): LogObjectLife {
  const life = storage.open(ACTIVITY, activityName(HOUR - hoursAgo * HOUR_MS, subscription));
  life.append(Buffer.alloc(bytes, 'x'));
  return life;
}

async function examine({ logObject }: LogObjectLife, changes: Partial<Checkpoint>): Promise<void> {
  await wired.checkpoints.commit(undefined, { ...initialCheckpoint(logObject), ...changes });
}

interface Change {
  plan?: Partial<ListingPlan['span']>;
  ports?: Partial<EnqueueingPorts>;
  goOn?: boolean;
}

/** Enqueues what grew in the two days up to now. */
async function enqueue({ plan = {}, ports = {}, goOn = true }: Change = {}): Promise<boolean> {
  return enqueueGrown(
    {
      account: ACCOUNT,
      container: ACTIVITY,
      span: { since: NOW - DAY_MS, until: NOW, position: '', ...plan },
      horizonHours: 48,
    },
    {
      ...wired,
      ranges: { send: async (messages) => void sent.push([...messages]) },
      now: () => NOW,
      ...ports,
    },
    tally,
    async (position) => {
      positions.push(position);
      return goOn;
    },
  );
}

function ranges() {
  return sent.flat().map(({ body }) => readRangeMessage(body));
}

describe('what grew', () => {
  it('is enqueued up to its length, in the group of its log object', async () => {
    const life = grown(100);

    expect(await enqueue()).toBe(true);

    const range = { logObject: life.logObject, end: 100, tail: 'open' } as const;
    expect(ranges()).toEqual([range]);
    expect(sent.flat()).toMatchObject([
      { groupId: messageGroupId(life.logObject), deduplicationId: messageDeduplicationId(range) },
    ]);
  });

  it('is told from what did not, page by page', async () => {
    const lives = Array.from({ length: 8 }, (_, index) => grown(100 + index, index));
    for (const [index, life] of lives.entries())
      if (index % 2 === 0) await examine(life, { committed: 100 + index, examined: 100 + index });
    await examine(lives[1] as LogObjectLife, { committed: 40, examined: 40 });

    await enqueue();

    expect(ranges().map(({ end }) => end)).toEqual([107, 105, 103, 101]);
    expect(tally).toMatchObject({
      scopes: 1,
      days: 2,
      logObjectsListed: 8,
      rangesEnqueued: 4,
      bytesEnqueued: 107 + 105 + 103 + 61,
      unrecognised: 0,
      example: undefined,
      unsettledSince: HOUR - 7 * HOUR_MS + HOUR_MS,
    });
  });

  it('of several scopes is counted with all of them', async () => {
    grown(10, 0, 'A');
    grown(20, 0, 'B');
    grown(30, 24, 'B');

    await enqueue();

    expect(
      ranges()
        .map(({ end }) => end)
        .toSorted((one, other) => one - other),
    ).toEqual([10, 20, 30]);
    expect(tally).toMatchObject({ scopes: 2, days: 4, logObjectsListed: 3, rangesEnqueued: 3 });
  });

  it('is compared with the checkpoint of its own generation', async () => {
    const old = grown(100);
    await examine(old, { committed: 100, examined: 100 });
    old.alive = false;
    const again = grown(100);

    await enqueue();

    expect(ranges()).toMatchObject([{ logObject: again.logObject, end: 100 }]);
  });

  it('may be a torn tail that the age of its hour lets go', async () => {
    const [young, old] = [grown(100, 2), grown(100, 5)];
    for (const life of [young, old]) await examine(life, { committed: 60, examined: 100, torn: true });

    await enqueue();

    expect(ranges()).toEqual([{ logObject: old.logObject, end: 100, tail: 'settled' }]);
    expect(tally).toMatchObject({ bytesEnqueued: 0, unsettledSince: undefined });
  });

  it('is nothing where everything was examined', async () => {
    await examine(grown(100), { committed: 100, examined: 100 });

    await enqueue();

    expect(sent.flat()).toEqual([]);
    expect(tally).toMatchObject({ logObjectsListed: 1, rangesEnqueued: 0, unsettledSince: undefined });
    expect(emitted).toEqual([]);
  });

  it('and cannot be enqueued is an error, and its step is not told as done', async () => {
    grown(100);
    const refused = new Error('for a test');

    const enqueueing = enqueue({
      ports: { ranges: { send: async () => Promise.reject(refused) }, daysPerStep: 2 },
    });

    await expect(enqueueing).rejects.toBe(refused);
    expect(positions).toEqual([]);
  });
});

it('a log object that shrank is reported, with both lengths, and not read again', async () => {
  const life = grown(90);
  await examine(life, { committed: 100, examined: 100 });

  await enqueue();

  const { account, container, name, generation } = life.logObject;
  expect(sent.flat()).toEqual([]);
  expect(emitted).toEqual([
    {
      name: 'log-object.shrunk',
      fields: { account, container, logObject: name, generation, length: 90, examined: 100, shrunk: 1 },
    },
  ]);
});

describe('a name that is not one of an hourly log object', () => {
  const odd = (name: string): void => {
    // Storage only creates what the listing knows: this one is renamed.
    const life = storage.open(ACTIVITY, activityName(HOUR, 'A').replace('h=10', 'h=11'));
    Object.assign(life, { logObject: { ...life.logObject, name } });
  };

  it.each([
    ['in a day', 'resourceId=/SUBSCRIPTIONS/A/y=2026/m=11/d=20/notes.txt'],
    [
      'in a day, of a scope of its own',
      'resourceId=/SUBSCRIPTIONS/A/y=2026/m=11/d=20/y=2026/m=11/d=20/h=10/m=00/PT1H.json',
    ],
    ['above the scopes', 'notes.txt'],
  ])('%s is counted, named, and holds nothing up', async (_, name) => {
    odd(name);
    grown(100);

    await enqueue();

    expect(tally).toMatchObject({ unrecognised: 1, example: name, logObjectsListed: 1, rangesEnqueued: 1 });
  });

  it('is named when it is the first of several, and when a page holds no other', async () => {
    odd('resourceId=/SUBSCRIPTIONS/A/y=2026/m=11/d=20/a.txt');
    odd('resourceId=/SUBSCRIPTIONS/A/y=2026/m=11/d=20/b.txt');
    odd('resourceId=/SUBSCRIPTIONS/A/y=2026/m=11/d=20/c.txt');

    expect(await enqueue()).toBe(true);

    expect(tally).toMatchObject({ unrecognised: 3, example: expect.stringMatching(/a\.txt$/) as string });
    expect(tally).toMatchObject({ logObjectsListed: 0, rangesEnqueued: 0 });
    expect(sent.flat()).toEqual([]);
  });
});

describe('a listing in steps', () => {
  const prefixes = (...daysAgo: number[]): string[] =>
    daysAgo.map((days) => activityName(HOUR - days * DAY_MS, 'A').replace(/h=.*/, ''));

  it('tells after each step how far everything is enqueued', async () => {
    grown(10, 0);

    const complete = await enqueue({ plan: { since: NOW - 4 * DAY_MS }, ports: { daysPerStep: 2 } });

    expect(complete).toBe(true);
    expect(positions).toEqual(prefixes(3, 1));
    expect(tally.days).toBe(5);
  });

  it('of just as many days as a step has tells of the last one, too', async () => {
    grown(10, 0);

    const complete = await enqueue({ plan: { since: NOW - 3 * DAY_MS }, ports: { daysPerStep: 2 } });

    expect(complete).toBe(true);
    expect(positions).toEqual(prefixes(2, 0));
  });

  it('stops when it is told so, and is not complete', async () => {
    grown(10, 0);

    const complete = await enqueue({
      plan: { since: NOW - 4 * DAY_MS },
      ports: { daysPerStep: 2 },
      goOn: false,
    });

    expect(complete).toBe(false);
    expect(positions).toEqual(prefixes(3));
    expect(sent.flat()).toEqual([]);
  });

  it('takes a month and a bit for a step unless told', async () => {
    grown(10, 0);

    await enqueue({ plan: { since: NOW - 33 * DAY_MS } });

    expect(positions).toEqual(prefixes(2));
  });
});
