import fc from 'fast-check';
import { settleWindow, type SettledFrame } from '#processor/settle.ts';
import { initialCheckpoint, type Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { RejectedRecord } from '#shared/rejects/reject-message.ts';

const logObject = {
  account: 'a',
  container: 'insights-activity-logs',
  name: 'n',
  generation: '2026-11-20T10:00:12Z',
};
const RULES = ['category:Policy', 'operation:*/read'];
const error = new CrosstrailError('DELIVERY_INCOMPLETE', 'test');

/** Frames with any outcome, with and without gaps between them. */
const window = fc
  .array(
    fc.record({
      gap: fc.nat({ max: 3 }),
      length: fc.integer({ min: 1, max: 50 }),
      kind: fc.constantFrom('blank', 'delivered', 'rejected', 'excluded', 'unsettled'),
    }),
  )
  .map((shapes) => {
    let offset = 0;
    return shapes.map(({ gap, length, kind }): SettledFrame => {
      offset += gap;
      const frame = { offset, length };
      offset += length;
      const record = { id: String(frame.offset) } as RejectedRecord;
      if (kind === 'unsettled') return { ...frame, outcome: { kind, error } };
      if (kind === 'rejected') return { ...frame, outcome: { kind, record } };
      if (kind === 'excluded') return { ...frame, outcome: { kind, rule: RULES[offset % 2]! } };
      return { ...frame, outcome: { kind } };
    });
  });

/** Records and bytes of the frames with an outcome. */
function figuresOf(kind: SettledFrame['outcome']['kind'], frames: readonly SettledFrame[]) {
  const own = frames.filter(({ outcome }) => outcome.kind === kind);
  return { records: own.length, bytes: own.reduce((sum, { length }) => sum + length, 0) };
}

describe('settling a window', () => {
  it('never commits past a record that is not delivered, rejected or excluded, and always up to it', () => {
    fc.assert(
      fc.property(window, (frames) => {
        const { checkpoint, rejects, delivered, excluded, blockedBy } = settleWindow(
          initialCheckpoint(logObject),
          frames,
        );

        const blockedAt = frames.findIndex(({ outcome }) => outcome.kind === 'unsettled');
        const settled = blockedAt === -1 ? frames : frames.slice(0, blockedAt);
        const last = settled.at(-1);
        expect(checkpoint.committed).toBe(last === undefined ? 0 : last.offset + last.length);
        expect(blockedBy).toBe(blockedAt === -1 ? undefined : error);
        expect(rejects.map(({ id }) => id)).toEqual(
          settled.filter(({ outcome }) => outcome.kind === 'rejected').map(({ offset }) => String(offset)),
        );
        expect(delivered).toEqual(figuresOf('delivered', settled));
        for (const rule of RULES) {
          const named = settled.filter(({ outcome }) => 'rule' in outcome && outcome.rule === rule);
          const nothing = { records: 0, bytes: 0 };
          expect(excluded.get(rule) ?? nothing).toEqual(figuresOf('excluded', named));
        }
      }),
    );
  });

  it('accounts for every committed byte as delivered, rejected, excluded or framing', () => {
    fc.assert(
      fc.property(window, (frames) => {
        const { checkpoint } = settleWindow(initialCheckpoint(logObject), frames);

        const { committed, deliveredBytes, rejectedBytes, excludedBytes, framingBytes } = checkpoint;
        expect(deliveredBytes + rejectedBytes + excludedBytes + framingBytes).toBe(committed);
      }),
    );
  });

  it('settling in two windows comes to the same as in one', () => {
    fc.assert(
      fc.property(window, fc.nat(), (frames, cut) => {
        const at = cut % (frames.length + 1);
        const inOne = settleWindow(initialCheckpoint(logObject), frames);

        const first = settleWindow(initialCheckpoint(logObject), frames.slice(0, at));
        const second =
          first.blockedBy === undefined ? settleWindow(first.checkpoint, frames.slice(at)) : undefined;

        expect((second ?? first).checkpoint).toEqual(inOne.checkpoint);
      }),
    );
  });

  it('goes on from what was settled before, and tells only what is new', () => {
    const before: Checkpoint = {
      ...initialCheckpoint(logObject),
      committed: 100,
      examined: 130,
      deliveredRecords: 4,
      deliveredBytes: 40,
      rejectedRecords: 3,
      rejectedBytes: 30,
      excludedRecords: 2,
      excludedBytes: 20,
      framingBytes: 10,
    };
    const frames: SettledFrame[] = [
      { offset: 101, length: 5, outcome: { kind: 'delivered' } },
      { offset: 106, length: 6, outcome: { kind: 'rejected', record: {} as RejectedRecord } },
      { offset: 112, length: 7, outcome: { kind: 'excluded', rule: 'category:Policy' } },
      { offset: 119, length: 2, outcome: { kind: 'blank' } },
    ];

    const { checkpoint, delivered, excluded } = settleWindow(before, frames);

    expect(checkpoint).toEqual({
      ...before,
      committed: 121,
      deliveredRecords: 5,
      deliveredBytes: 45,
      rejectedRecords: 4,
      rejectedBytes: 36,
      excludedRecords: 3,
      excludedBytes: 27,
      framingBytes: 13,
    });
    expect({ delivered, excluded }).toEqual({
      delivered: { records: 1, bytes: 5 },
      excluded: new Map([['category:Policy', { records: 1, bytes: 7 }]]),
    });
  });

  it('has examined what it commits, and forgets nothing that was examined beyond', () => {
    const before = { ...initialCheckpoint(logObject), committed: 100, examined: 130 };
    const examinedAfter = (length: number): number =>
      settleWindow(before, [{ offset: 100, length, outcome: { kind: 'delivered' } }]).checkpoint.examined;

    expect([20, 30, 40].map(examinedAfter)).toEqual([130, 130, 140]);
  });

  it('leaves a checkpoint as it is that it does not move, so that nothing is written', () => {
    const before = initialCheckpoint(logObject);

    expect(settleWindow(before, []).checkpoint).toBe(before);
    expect(
      settleWindow(before, [{ offset: 0, length: 5, outcome: { kind: 'unsettled', error } }]).checkpoint,
    ).toBe(before);
  });
});
