import { MAX_DAYS_AT_ONCE } from '#processor/window-settler.ts';
import { RESERVE_MS } from '#processor/process-range.ts';
import { recordId } from '#mapping/ids.ts';
import type { RowWriter } from '#shared/destinations/rows/event-bucket.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { activityRecord, brokenRecord } from '../reliability/in-process/records.ts';
import { LOG_OBJECT, markerOf, RangeStage, type Ports } from './range-stage.ts';

const LOST = new CrosstrailError('EVENT_BUCKET_UNAVAILABLE', 'for a test');
const UNSETTLED = new CrosstrailError('DELIVERY_INCOMPLETE', 'for a test');

let stage: RangeStage;
/** The markers of the rows in each object. */
let objects: Map<string, string[]>;
/** How many of the next objects fail, after so many that do not, and whether they are written nevertheless. */
let failing: { written: boolean; count: number; after?: number };

beforeEach(() => {
  stage = new RangeStage();
  objects = new Map();
  failing = { written: false, count: 0 };
});

const rows: RowWriter = {
  write: async (written) =>
    written.map(({ key, events }) => {
      const { after = 0 } = failing;
      failing.after = after - 1;
      const fails = after <= 0 && (failing.count -= 1) >= 0;
      const day = /day=([\d-]+)/.exec(key)?.[1];
      if (!fails || failing.written)
        objects.set(
          key,
          events.map(({ event }) => markerOf(event)),
        );
      stage.happened.push(`${fails ? 'failed' : 'wrote'} ${events.length} of ${day}`);
      return fails ? LOST : undefined;
    }),
};

function settle(range: Parameters<RangeStage['settle']>[0] = {}, ports: Partial<Ports> = {}) {
  return stage.settle(range, { rows, ...ports });
}

/** A record of that day of November. */
function on(day: number, marker: string): string {
  return activityRecord(marker).replace('2026-11-20T', `2026-11-${String(day).padStart(2, '0')}T`);
}

/** Markers of all rows, in the order of the keys. */
function rowsOf(): string[] {
  return [...objects].sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([, markers]) => markers);
}

function withoutReads(): string[] {
  return stage.happened.filter((what) => !/^(read|delivered)/.test(what));
}

/** Only the events before this marker are delivered. */
function deliveringUpTo(marker: string): Partial<Ports> {
  return {
    destination: {
      deliver: async (events) => {
        const end = events.findIndex((event) => markerOf(event) === marker);
        return events.map((event, at) =>
          at >= end ? { kind: 'unsettled', error: UNSETTLED } : stage.delivered(event),
        );
      },
    },
  };
}

describe('a window with rows', () => {
  it('is open while its objects are written, one for each day, and closed by the commit', async () => {
    const end = stage.append(on(20, 'a'), on(19, 'b'), brokenRecord('x'), on(20, 'c'));

    const progress = await settle();

    expect(withoutReads()).toEqual([
      `opened {"end":${end},"tail":"open","days":["2026-11-19","2026-11-20"]}`,
      'wrote 1 of 2026-11-19',
      'wrote 2 of 2026-11-20',
      'sent rejects',
      `committed ${end}`,
      'told of NOT_JSON',
    ]);
    expect(rowsOf()).toEqual(['b', 'a', 'c']);
    expect(progress).toMatchObject({ to: end, delivered: 3, rejected: 1, error: undefined });
    expect(await stage.stored()).toMatchObject({ openWindow: undefined, knownEnd: end, framing: 'lines' });
  });

  it('that has no event opens nothing and writes nothing', async () => {
    const end = stage.append(brokenRecord('x'), '');

    await settle();

    expect(withoutReads()).toEqual(['sent rejects', `committed ${end}`, 'told of NOT_JSON']);
  });

  it('knows how it is framed as soon as it is open, and how far the log object reached', async () => {
    stage.content = Buffer.from(`{"records":[${on(20, 'a')}]}`);
    failing.count = 1;

    await settle();

    expect(await stage.stored()).toMatchObject({
      committed: 0,
      framing: 'document',
      knownEnd: stage.content.length,
      openWindow: { end: stage.content.length - 2 },
    });
  });

  it('stays open when any of its objects fails, the first or the last', async () => {
    stage.append(on(19, 'a'), on(20, 'b'));
    failing = { written: false, count: 1, after: 1 };

    expect(await settle()).toMatchObject({ to: 0, error: LOST });
    expect(await stage.stored()).toMatchObject({
      committed: 0,
      openWindow: { days: ['2026-11-19', '2026-11-20'] },
    });
  });

  it('has no row of what is rejected or not settled', async () => {
    const committed = stage.append(on(20, 'a'), on(20, 'refused'), on(20, 'b'));
    stage.append(on(20, 'later'), on(20, 'c'));
    const rejection = { reason: 'INVALID_DATA', message: 'for a test' } as const;

    const progress = await settle(
      {},
      {
        destination: {
          deliver: async (events) =>
            events.map((event) => {
              if (markerOf(event) === 'refused') return { kind: 'rejected', rejection };
              return markerOf(event) === 'later'
                ? { kind: 'unsettled', error: UNSETTLED }
                : stage.delivered(event);
            }),
        },
      },
    );

    expect(progress).toMatchObject({ to: committed, delivered: 2, rejected: 1, error: UNSETTLED });
    expect(rowsOf()).toEqual(['a', 'b']);
  });

  it('closes with a tail that is taken for a record', async () => {
    stage.content = Buffer.from(on(20, 'a'));

    await settle({ tail: 'settled' });

    const end = stage.content.length;
    expect(withoutReads()[0]).toBe(`opened {"end":${end},"tail":"settled","days":["2026-11-20"]}`);
    expect(await stage.stored()).toMatchObject({ committed: end, openWindow: undefined });
  });

  it('ends before a tail that is not settled, and then has an open one', async () => {
    const end = stage.append(on(20, 'a'));
    stage.content = Buffer.concat([stage.content, Buffer.from(on(20, 'b'))]);

    await settle({ tail: 'settled' }, deliveringUpTo('b'));

    expect(withoutReads()[0]).toBe(`opened {"end":${end},"tail":"open","days":["2026-11-20"]}`);
  });

  it(`of more than ${MAX_DAYS_AT_ONCE} days is settled in portions, each with its own commit`, async () => {
    const days = Array.from({ length: MAX_DAYS_AT_ONCE + 1 }, (_, day) =>
      activityRecord(`d${day}`).replace(
        '2026-11-20T',
        `${new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10)}T`,
      ),
    );
    const first = stage.append(...days.slice(0, MAX_DAYS_AT_ONCE), days[0] ?? '', brokenRecord('x'));
    const end = stage.append(...days.slice(MAX_DAYS_AT_ONCE));

    const progress = await settle();

    const commits = stage.happened.filter((what) => what.startsWith('committed'));
    expect(commits).toEqual([`committed ${first}`, `committed ${end}`]);
    expect(progress).toMatchObject({ to: end, delivered: MAX_DAYS_AT_ONCE + 2, error: undefined });
    expect(await stage.stored()).toMatchObject({ examined: end, openWindow: undefined });
  });

  it('of many days is one window where no rows are written', async () => {
    const days = Array.from({ length: 28 }, (_, day) => on(1 + day, `d${day}`));
    const end = stage.append(...days, ...days.map((record) => record.replace('2026-11', '2026-10')));

    await stage.settle();

    expect(withoutReads()).toEqual([`committed ${end}`]);
  });
});

describe('a window that was left open', () => {
  it.each([
    ['whose object is there', true],
    ['whose object is not there', false],
  ])('and %s is settled again, the very same, before what came since', async (_, written) => {
    const end = stage.append(on(20, 'a'), on(20, 'b'));
    failing = { written, count: 1 };
    expect(await settle()).toMatchObject({ to: 0, delivered: 0, error: LOST });
    const later = stage.append(on(20, 'c'));
    stage.happened = [];

    const progress = await settle();

    expect(stage.happened).toEqual([
      `read 0 to ${end}`,
      'delivered a',
      'delivered b',
      'wrote 2 of 2026-11-20',
      `committed ${end}`,
      `read ${end} to ${later}`,
      'delivered c',
      `opened {"end":${later},"tail":"open","days":["2026-11-20"]}`,
      'wrote 1 of 2026-11-20',
      `committed ${later}`,
    ]);
    expect(rowsOf()).toEqual(['a', 'b', 'c']);
    expect(progress).toMatchObject({ from: 0, to: later, delivered: 3, error: undefined });
  });

  it('is settled to its end by a range that is shorter, and that is all', async () => {
    const first = stage.append(on(20, 'a'));
    const end = stage.append(on(20, 'b'));
    failing.count = 1;
    await settle();

    // Nothing is left to do, so that it does not matter how little time there is.
    const progress = await settle({ end: first }, { remainingMs: () => RESERVE_MS - 1 });

    expect(progress).toMatchObject({ to: end, delivered: 2, torn: false, error: undefined });
    expect(await stage.stored()).toMatchObject({ committed: end, openWindow: undefined });
  });

  it('is settled at once, of however many days it is now', async () => {
    const end = stage.append(on(19, 'a'), on(20, 'b'));
    failing.count = 1;
    await settle({}, { daysAtOnce: 2 });
    stage.happened = [];

    await settle({}, { daysAtOnce: 1 });

    expect(withoutReads()).toEqual(['wrote 1 of 2026-11-19', 'wrote 1 of 2026-11-20', `committed ${end}`]);
  });

  it('in the middle of a range leaves what is known of the tail as it was', async () => {
    const torn = on(20, 'b');
    const run = async (fails: boolean): Promise<unknown> => {
      stage = new RangeStage();
      objects = new Map();
      failing = { written: false, count: 0 };
      stage.append(on(20, 'a'));
      stage.content = Buffer.concat([stage.content, Buffer.from(torn.slice(0, 50))]);
      await settle({ tail: 'settled' });
      stage.append(torn.slice(50), on(20, 'c'), on(20, 'd'));
      const short: Partial<Ports> = { windowBytes: 400, remainingMs: () => RESERVE_MS - 1 };
      if (fails) {
        failing.count = 1;
        expect(await settle({}, short)).toMatchObject({ error: LOST });
      }
      expect(await settle({}, short)).toMatchObject({ error: { code: 'OUT_OF_TIME' } });
      return stage.stored();
    };

    expect(await run(true)).toEqual(await run(false));
    expect(await stage.stored()).toMatchObject({ tail: 'settled', torn: true, openWindow: undefined });
  });

  it('is read in pieces when it is longer than one reading', async () => {
    const end = stage.append(on(20, 'a'), on(20, 'b'));
    failing.count = 1;
    await settle();
    stage.happened = [];

    await settle({}, { windowBytes: 100 });

    const reads = stage.happened.filter((what) => what.startsWith('read'));
    expect(reads.length).toBe(Math.ceil(end / 100));
    expect(rowsOf()).toEqual(['a', 'b']);
  });

  it('has an empty object of a day that it has no event of any more', async () => {
    stage.append(on(19, 'a'), on(20, 'b'));
    failing = { written: true, count: 2 };
    await settle();
    const rejection = { reason: 'INVALID_DATA', message: 'for a test' } as const;

    await settle(
      {},
      {
        destination: {
          deliver: async (events) =>
            events.map((event) =>
              markerOf(event) === 'a' ? { kind: 'rejected', rejection } : stage.delivered(event),
            ),
        },
      },
    );

    expect([...objects].map(([, markers]) => markers)).toEqual([[], ['b']]);
    expect(stage.rejects).toHaveLength(1);
  });

  it('remembers a day that it did not have before, before it writes it', async () => {
    stage.append(on(19, 'a'), on(20, 'b'));
    const rejection = { reason: 'INVALID_DATA', message: 'for a test' } as const;
    const rejectingFirst: Partial<Ports> = {
      destination: {
        deliver: async ([, ...others]) => [
          { kind: 'rejected', rejection },
          ...others.map((event) => stage.delivered(event)),
        ],
      },
    };
    failing.count = 1;
    await settle({}, rejectingFirst);
    stage.happened = [];

    await settle();

    expect(withoutReads()).toEqual([
      expect.stringContaining('"days":["2026-11-19","2026-11-20"]'),
      'wrote 1 of 2026-11-19',
      'wrote 1 of 2026-11-20',
      expect.stringContaining('committed'),
    ]);
  });

  it('is all or nothing: what CloudTrail Lake takes in part leaves it open as it was', async () => {
    stage.append(on(20, 'a'), on(20, 'b'));
    failing.count = 1;
    await settle();
    const open = await stage.stored();
    stage.happened = [];

    const progress = await settle({}, deliveringUpTo('b'));

    expect(progress).toMatchObject({ to: 0, error: UNSETTLED });
    expect(withoutReads()).toEqual([]);
    expect(await stage.stored()).toEqual(open);
  });

  it('with nothing but rejects, this time, is closed all the same', async () => {
    const end = stage.append(on(20, 'a'));
    failing = { written: true, count: 1 };
    await settle();
    const rejection = { reason: 'INVALID_DATA', message: 'for a test' } as const;

    await settle({}, { destination: { deliver: async () => [{ kind: 'rejected', rejection }] } });

    expect(await stage.stored()).toMatchObject({ committed: end, rejectedRecords: 1, openWindow: undefined });
    expect(rowsOf()).toEqual([]);
  });

  it('by a tail that was taken for a record ends with that tail again', async () => {
    stage.content = Buffer.from(on(20, 'a'));
    failing.count = 1;
    await settle({ tail: 'closed' });

    const ids: string[] = [];
    const progress = await settle(
      { tail: 'open' },
      {
        destination: {
          deliver: async (events) => {
            ids.push(...events.map(({ id, eventData }) => `${id} for ${eventData.recipientAccountId}`));
            return events.map((event) => stage.delivered(event));
          },
        },
      },
    );

    const place = { ...LOG_OBJECT, offset: 0, length: stage.content.length };
    expect(ids).toEqual([`${recordId(place)} for 111122223333`]);
    expect(progress).toMatchObject({ to: stage.content.length, delivered: 1, torn: false, error: undefined });
    expect(await stage.stored()).toMatchObject({
      committed: stage.content.length,
      tail: 'closed',
      openWindow: undefined,
    });
  });

  it('before a tail that was left has no part of it', async () => {
    const end = stage.append(on(20, 'a'));
    stage.content = Buffer.concat([stage.content, Buffer.from(on(20, 'b').slice(0, 50))]);
    failing.count = 1;
    await settle({ tail: 'settled' });

    const progress = await settle({ end });

    expect(progress).toMatchObject({ to: end, delivered: 1, rejected: 0, error: undefined });
  });

  it('leaves what follows to the next invocation when time is short', async () => {
    const end = stage.append(on(20, 'a'));
    failing.count = 1;
    await settle();
    stage.append(on(20, 'b'));

    const progress = await settle({}, { remainingMs: () => RESERVE_MS - 1 });

    expect(progress).toMatchObject({ to: end, delivered: 1, error: { code: 'OUT_OF_TIME' } });
  });

  it('goes on when there is just enough time', async () => {
    stage.append(on(20, 'a'));
    failing.count = 1;
    await settle();
    const later = stage.append(on(20, 'b'));

    const progress = await settle({}, { remainingMs: () => RESERVE_MS });

    expect(progress).toMatchObject({ to: later, delivered: 2, error: undefined });
  });

  it('is of no matter where no rows are written any more', async () => {
    stage.append(on(20, 'a'));
    failing.count = 1;
    await settle();
    const later = stage.append(on(20, 'b'));
    stage.happened = [];

    await stage.settle();

    expect(stage.happened[0]).toBe(`read 0 to ${later}`);
    expect(await stage.stored()).toMatchObject({ committed: later, openWindow: undefined });
  });
});
