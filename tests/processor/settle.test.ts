import fc from 'fast-check';
import { settleWindow, type SettledFrame } from '#processor/settle.ts';
import { initialCheckpoint } from '#shared/checkpoints/checkpoint.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { RejectedRecord } from '#shared/rejects/reject-message.ts';

const logObject = {
  account: 'a',
  container: 'insights-activity-logs',
  name: 'n',
  generation: '2026-11-20T10:00:12Z',
};
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
        expect(excluded).toEqual(figuresOf('excluded', settled));
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
});
