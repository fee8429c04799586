import { decideRanges, MAX_RANGE_BYTES } from '#shared/ranges/decide-ranges.ts';
import { initialCheckpoint, type Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import type { TailState } from '#shared/ranges/tail.ts';

const logObject = {
  account: 'a',
  container: 'insights-activity-logs',
  name: 'n',
  generation: '2026-11-20T10:00:12Z',
};

function decide(length: number, checkpoint?: Partial<Checkpoint>, tail: TailState = 'open') {
  const stored = checkpoint === undefined ? undefined : { ...initialCheckpoint(logObject), ...checkpoint };
  return decideRanges(logObject, { name: 'n', generation: logObject.generation, length }, stored, tail);
}

describe('what a listed log object calls for', () => {
  it('a new one is enqueued up to its length', () => {
    expect(decide(10)).toEqual({ kind: 'enqueue', ranges: [{ logObject, end: 10, tail: 'open' }] });
  });

  it('an empty new one is settled: there is nothing to read', () => {
    expect(decide(0)).toEqual({ kind: 'settled' });
  });

  it('one that grew is enqueued, however old its hour', () => {
    expect(decide(11, { examined: 10, committed: 10 }, 'closed')).toMatchObject({ kind: 'enqueue' });
  });

  it('one that did not grow is settled', () => {
    expect(decide(10, { examined: 10, committed: 10 }, 'closed')).toEqual({ kind: 'settled' });
  });

  it.each([
    ['open', 'open', 'settled'],
    ['open', 'settled', 'enqueue'],
    ['settled', 'settled', 'settled'],
    ['settled', 'closed', 'enqueue'],
    ['closed', 'closed', 'settled'],
  ] as const)('a torn tail last seen %s is looked at again when %s: %s', (before, now, kind) => {
    expect(decide(10, { examined: 10, committed: 5, torn: true, tail: before }, now).kind).toBe(kind);
  });

  it('the closing brackets of a document are not looked at again', () => {
    expect(decide(10, { examined: 10, committed: 8, torn: false }, 'closed')).toEqual({ kind: 'settled' });
  });

  it('one that is shorter than what was read is reported, never re-read', () => {
    expect(decide(9, { examined: 10, committed: 10 })).toEqual({ kind: 'shrunk', examined: 10 });
  });

  it('a long growth is several ranges, of which only the last has a tail to decide on', () => {
    const decision = decide(2 * MAX_RANGE_BYTES + 8, { examined: 7, committed: 7 }, 'closed');

    expect(decision).toMatchObject({
      ranges: [
        { end: MAX_RANGE_BYTES + 7, tail: 'open' },
        { end: 2 * MAX_RANGE_BYTES + 7, tail: 'open' },
        { end: 2 * MAX_RANGE_BYTES + 8, tail: 'closed' },
      ],
    });
  });

  it('a growth of just two ranges is two ranges', () => {
    const decision = decide(2 * MAX_RANGE_BYTES, undefined, 'closed');

    expect(decision).toMatchObject({
      ranges: [
        { end: MAX_RANGE_BYTES, tail: 'open' },
        { end: 2 * MAX_RANGE_BYTES, tail: 'closed' },
      ],
    });
  });

  it('a range is a quarter of a gibibyte at most, which is work of a minute or two', () => {
    expect(MAX_RANGE_BYTES / 2 ** 30).toBe(0.25);
  });
});
