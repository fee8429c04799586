import fc from 'fast-check';
import {
  messageDeduplicationId,
  messageGroupId,
  readRangeMessage,
  writeRangeMessage,
  type Range,
} from '#shared/ranges/range.ts';
import { tailStateAt } from '#shared/ranges/tail.ts';

const range: Range = {
  logObject: {
    account: 'devstoreaccount1',
    container: 'insights-activity-logs',
    name: `resourceId=/${'RESOURCEGROUPS/'.repeat(60)}y=2026/m=11/d=20/h=10/m=00/PT1H.json`,
    generation: '2026-11-20T10:00:12Z',
  },
  end: 12_345,
  tail: 'open',
};

describe('range messages', () => {
  it.each(['open', 'settled', 'closed'] as const)(
    'with a tail that is %s are read as they were written',
    (tail) => {
      expect(readRangeMessage(writeRangeMessage({ ...range, tail }))).toEqual({ ...range, tail });
    },
  );

  it('that are not JSON are told by their length, and not by what they hold', () => {
    expect(() => readRangeMessage('a secret')).toThrow(
      expect.objectContaining({ code: 'RANGE_MESSAGE_INVALID', fields: { bytes: 8 } }),
    );
  });

  it.each([
    ['text that is not JSON', '{"version":1,', /not JSON/],
    ['a list', '[]', /wrong or missing fields/],
    ['another version', writeRangeMessage(range).replace('"version":1', '"version":2'), /version/],
    ['a negative end', writeRangeMessage({ ...range, end: -1 }), /end/],
    ['an end beyond 2^53', writeRangeMessage({ ...range, end: 2 ** 60 }), /end/],
    ['an unknown tail', writeRangeMessage(range).replace('"open"', '"ajar"'), /tail/],
    ['an unknown field', writeRangeMessage(range).replace('{', '{"more":1,'), /fields: 1 unknown$/],
    ['a missing name', writeRangeMessage({ ...range, logObject: { ...range.logObject, name: '' } }), /name/],
  ])('%s is refused and says why', (_, body, message) => {
    expect(() => readRangeMessage(body)).toThrow(message);
  });

  it('any JSON value is a range or refused with RANGE_MESSAGE_INVALID', () => {
    fc.assert(
      fc.property(fc.json(), (body) => {
        let refused: unknown;
        try {
          readRangeMessage(body);
        } catch (error) {
          refused = error;
        }
        expect(refused).toMatchObject({ code: 'RANGE_MESSAGE_INVALID' });
      }),
    );
  });
});

describe('FIFO ids', () => {
  it('fit SQS, however long the name', () => {
    expect(messageGroupId(range.logObject)).toMatch(/^[\da-f]{64}$/);
    expect(messageDeduplicationId(range)).toMatch(/^[\da-f]{64}$/);
  });

  it('the ranges of a log object that was created again do not wait behind those of the old one', () => {
    const again = { ...range.logObject, generation: '2026-11-20T10:00:13Z' };

    expect(messageGroupId(again)).not.toBe(messageGroupId(range.logObject));
    expect(messageGroupId({ ...range.logObject })).toBe(messageGroupId(range.logObject));
  });

  it('growth, a new generation and a tail that may go now are never taken for duplicates', () => {
    const ids = [
      range,
      { ...range, end: range.end + 1 },
      { ...range, tail: 'settled' as const },
      { ...range, logObject: { ...range.logObject, generation: '2026-11-20T10:00:13Z' } },
    ].map(messageDeduplicationId);

    expect(new Set(ids).size).toBe(4);
    expect(messageDeduplicationId({ ...range })).toBe(ids[0]);
  });
});

describe('the tail of a log object', () => {
  const hourStart = Date.parse('2026-11-20T10:00:00Z');
  const hours = (count: number): number => hourStart + count * 3_600_000;

  it.each([
    [0, 'open'],
    [2.99, 'open'],
    [3, 'settled'],
    [24.99, 'settled'],
    [25, 'closed'],
    [1000, 'closed'],
    [-1, 'open'],
  ])('is, %d hours after the start of its hour, %s', (after, state) => {
    expect(tailStateAt(hourStart, hours(after), 48)).toBe(state);
  });

  it('is closed while listing still finds it, whatever the horizon', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 744 }), (horizon) => {
        expect(tailStateAt(hourStart, hours(1 + horizon), horizon)).toBe('closed');
      }),
    );
  });
});
