import fc from 'fast-check';
import { addAccounts, EMPTY_ACCOUNT } from '#shared/audit/byte-account.ts';
import { circumstancesOf } from '#shared/audit/circumstances.ts';
import { compareDay, type DatedCheckpoint, type DatedLogObject } from '#shared/audit/compare-day.ts';
import { judgeListing } from '#shared/audit/judge-listing.ts';
import { unreadBytes } from '#shared/audit/unread-bytes.ts';
import { ageSeconds, earlier } from '#shared/audit/unsettled-since.ts';
import { initialCheckpoint } from '#shared/checkpoints/checkpoint.ts';

const HOUR_MS = 3_600_000;
const DAY = Date.parse('2026-11-20T00:00:00Z');
const NOW = DAY + 30 * HOUR_MS;
const GENERATION = '2026-11-20T10:00:12Z';
const PLACE = { account: 'a', container: 'insights-activity-logs' };
const CIRCUMSTANCES = circumstancesOf(
  { watermark: NOW, walk: undefined, history: undefined, version: 1 },
  { now: NOW, horizonHours: 48, graceMs: 3 * HOUR_MS, historyEnqueued: false },
);

function nameOf(hour: number): string {
  return `scope/y=2026/m=11/d=20/h=${String(hour).padStart(2, '0')}/m=00/PT1H.json`;
}

function listedAt(hour: number, length: number, generation = GENERATION): DatedLogObject {
  return { listed: { name: nameOf(hour), generation, length }, hourStart: DAY + hour * HOUR_MS };
}

function checkpointAt(
  hour: number,
  committed: number,
  change: { knownEnd?: number; torn?: boolean } = {},
): DatedCheckpoint {
  const logObject = { ...PLACE, name: nameOf(hour), generation: GENERATION };
  const figures = { committed, examined: committed, knownEnd: committed, deliveredBytes: committed };
  return {
    checkpoint: { ...initialCheckpoint(logObject), ...figures, ...change },
    hourStart: DAY + hour * HOUR_MS,
  };
}

describe('a day of a scope', () => {
  it('counts every listed byte in the hour of its log object, in any order of the two sides', () => {
    const entry = fc.record({
      hour: fc.nat({ max: 23 }),
      length: fc.nat({ max: 900 }),
      settled: fc.boolean(),
    });
    const day = fc.uniqueArray(entry, { selector: ({ hour }) => hour });
    fc.assert(
      fc.property(day, (entries) => {
        const listed = entries.map(({ hour, length }) => listedAt(hour, length));
        const checkpoints = entries
          .filter(({ settled }) => settled)
          .map(({ hour, length }) => checkpointAt(hour, length));

        const { hours, findings } = compareDay(PLACE, listed, checkpoints, CIRCUMSTANCES);
        const reversed = compareDay(PLACE, listed.toReversed(), checkpoints.toReversed(), CIRCUMSTANCES);

        for (const { hour, length } of entries)
          expect(hours.get(DAY + hour * HOUR_MS)?.listedBytes).toBe(length);
        const total = [...hours.values()].reduce(addAccounts, EMPTY_ACCOUNT);
        expect(total.deliveredBytes + total.pendingBytes).toBe(total.listedBytes);
        expect(new Map(reversed.hours)).toEqual(new Map(hours));
        expect(findings).toHaveLength(entries.filter(({ settled, length }) => !settled && length > 0).length);
      }),
    );
  });

  it.each([
    ['deleted', [], 'deleted-before-read'],
    ['created again', [listedAt(10, 0, '2026-11-20T11:00:00Z')], 'recreated-before-read'],
  ] as const)('tells a log object that was %s before its end was read', (_, listed, kind) => {
    const checkpoints = [checkpointAt(10, 60, { knownEnd: 100 })];

    const { findings } = compareDay(PLACE, listed, checkpoints, CIRCUMSTANCES);

    expect(findings).toMatchObject([{ kind, bytes: 40, repair: [] }]);
  });

  it('counts a log object that was read to its end and is gone, and none of its bytes', () => {
    const { hours, findings } = compareDay(PLACE, [], [checkpointAt(10, 60)], CIRCUMSTANCES);

    expect(findings).toEqual([]);
    expect([...hours.values()]).toEqual([{ ...EMPTY_ACCOUNT, goneLogObjects: 1 }]);
  });
});

describe('unread bytes of a checkpoint', () => {
  it.each([
    ['read to its end', { committed: 100, examined: 100, knownEnd: 100, torn: false }, 0],
    ['known to be longer', { committed: 60, examined: 100, knownEnd: 150, torn: false }, 90],
    ['with a torn tail', { committed: 60, examined: 100, knownEnd: 100, torn: true }, 40],
    ['with closing brackets', { committed: 97, examined: 100, knownEnd: 100, torn: false }, 0],
    [
      'that passes over more than brackets',
      { committed: 0, examined: 2_000, knownEnd: 0, torn: false },
      2_000,
    ],
  ])('%s', (_, figures, unread) => {
    const { checkpoint } = checkpointAt(10, 0);

    expect(unreadBytes({ ...checkpoint, ...figures })).toBe(unread);
  });
});

describe('the listing of a container', () => {
  const judge = (to: number, watermark: number | undefined, unsettled?: number): string[] =>
    judgeListing({ container: 'c', to }, { ...CIRCUMSTANCES, watermark }, unsettled).map(({ kind }) => kind);

  it('is behind when a part of the audited time was not listed within the grace time', () => {
    expect(judge(NOW, NOW - 4 * HOUR_MS)).toEqual(['listing-behind']);
    expect(judge(NOW, NOW - 3 * HOUR_MS)).toEqual([]);
  });

  it('is not behind for a time that was listed, though it stopped since', () => {
    expect(judge(NOW - 48 * HOUR_MS, NOW - 24 * HOUR_MS)).toEqual([]);
  });

  it('is behind before the first one is complete, once bytes wait for longer than the grace time', () => {
    expect(judge(NOW, undefined, NOW - 4 * HOUR_MS)).toEqual(['listing-behind']);
    expect(judge(NOW, undefined, NOW - HOUR_MS)).toEqual([]);
    expect(judge(NOW, undefined)).toEqual([]);
  });
});

describe('the age of unsettled bytes', () => {
  it('is that of the earliest, in whole seconds, and never below zero', () => {
    const moment = fc.option(fc.nat(), { nil: undefined });
    fc.assert(
      fc.property(moment, moment, fc.nat(), (left, right, now) => {
        const age = ageSeconds(earlier(left, right), now);

        expect(age).toBe(Math.max(ageSeconds(left, now), ageSeconds(right, now)));
        expect(Number.isInteger(age) && age >= 0).toBe(true);
      }),
    );
  });
});
