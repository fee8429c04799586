import fc from 'fast-check';
import { FIRST_DAY, partitionOf } from '#shared/destinations/rows/object-key.ts';

const LOG_OBJECT = { container: 'insights-activity-logs', generation: '2026-11-20T10:00:12Z' };

function dayAt(eventTime: string, generation = LOG_OBJECT.generation): string {
  return partitionOf({ ...LOG_OBJECT, generation }, eventTime).day;
}

describe('the partition of an event', () => {
  it('is its container and the UTC day that it tells', () => {
    expect(partitionOf(LOG_OBJECT, '2026-11-20T23:59:59Z')).toEqual({
      source: 'insights-activity-logs',
      day: '2026-11-20',
    });
    expect(dayAt('2026-11-19T00:00:00Z')).toBe('2026-11-19');
  });

  it('may be tomorrow, for a clock that is ahead', () => {
    expect(dayAt('2026-11-21T03:00:00Z')).toBe('2026-11-21');
  });

  it.each([
    ['2014-12-31T23:59:59Z', '2015-01-01'],
    ['0001-01-01T00:00:00Z', '2015-01-01'],
    ['2026-11-22T00:00:00Z', '2026-11-21'],
    ['9999-12-31T23:59:59Z', '2026-11-21'],
  ])('of %s is a day that the table has, so that no row is in no result', (eventTime, day) => {
    expect(dayAt(eventTime)).toBe(day);
  });

  it('is what the event tells when Azure does not say when its log object was made', () => {
    expect(dayAt('2026-11-22T00:00:00Z', '1970-01-01T00:00:00Z')).toBe('2026-11-22');
  });

  it('is never outside of the days that Athena looks into, from the moment the log object exists', () => {
    const moment = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    const made = fc.date({ min: new Date('2015-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    const second = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

    fc.assert(
      fc.property(moment, made, (event, generation) => {
        const day = dayAt(second(event), second(generation));
        const tomorrow = new Date(generation.getTime() + 86_400_000).toISOString().slice(0, 10);

        expect(day >= FIRST_DAY && day <= tomorrow).toBe(true);
      }),
    );
  });
});
