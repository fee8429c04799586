import { retryDelaySeconds } from '#processor/retry-delay.ts';
import { CrosstrailError, ERRORS, type ErrorCode } from '#shared/errors/crosstrail-error.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];
const RECEIVES = Array.from({ length: 200 }, (_, index) => index + 1);

function delaysOf(code: ErrorCode, messageId = 'a message'): number[] {
  const error = new CrosstrailError(code, 'for a test');
  return RECEIVES.map((count) => retryDelaySeconds(error, count, messageId));
}

describe('a range that failed comes again', () => {
  it('at once when only time was short, however often', () => {
    expect(new Set(delaysOf('OUT_OF_TIME'))).toEqual(new Set([1]));
  });

  it.each(['AZURE_UNREACHABLE', 'DELIVERY_INCOMPLETE', 'CHECKPOINT_CONFLICT', 'QUEUE_REFUSED'] as const)(
    'after %s within half a minute at first, and within a quarter of an hour for ever',
    (code) => {
      const delays = delaysOf(code);

      expect(delays[0]).toBeGreaterThanOrEqual(24);
      expect(delays[0]).toBeLessThanOrEqual(30);
      expect(delays[2]).toBeGreaterThanOrEqual(96);
      expect(delays[2]).toBeLessThanOrEqual(120);
      expect(Math.min(...delays.slice(6))).toBeGreaterThanOrEqual(720);
      expect(Math.max(...delays)).toBeLessThanOrEqual(900);
    },
  );

  it.each(['AZURE_ACCESS_DENIED', 'CHANNEL_REFUSED', 'SECRET_NOT_READABLE', 'CONTAINER_NOT_FOUND'] as const)(
    'after %s, which waits for a person, after a quarter of an hour and then every hour',
    (code) => {
      const delays = delaysOf(code);

      expect(delays[0]).toBeGreaterThanOrEqual(720);
      expect(delays[0]).toBeLessThanOrEqual(900);
      expect(Math.min(...delays.slice(3))).toBeGreaterThanOrEqual(2880);
      expect(Math.max(...delays)).toBeLessThanOrEqual(3600);
    },
  );

  it.each([
    'RANGE_REFUSED',
    'RANGE_MESSAGE_INVALID',
    'LOG_OBJECT_NOT_FOUND',
    'LOG_OBJECT_RECREATED',
    'LOG_OBJECT_SHRUNK',
  ] as const)(
    'after %s, which no waiting changes, every five minutes on its way to the dead-letter queue',
    (code) => {
      const delays = delaysOf(code);

      expect(Math.min(...delays)).toBeGreaterThanOrEqual(240);
      expect(Math.max(...delays)).toBeLessThanOrEqual(300);
    },
  );

  it('like one that waits for a person when the error is of no known kind', () => {
    expect(retryDelaySeconds(new TypeError('a defect'), 1, 'm')).toBeGreaterThanOrEqual(720);
    expect(retryDelaySeconds(undefined, 1, 'm')).toBeGreaterThanOrEqual(720);
  });
});

describe('every delay', () => {
  it.each(CODES)(
    'after %s is a whole number of seconds that SQS takes, never longer than the queue hides',
    (code) => {
      for (const delay of delaysOf(code)) {
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(1);
        expect(delay).toBeLessThanOrEqual(3600);
      }
    },
  );

  it('is the same for the same receive, and differs between messages that failed together', () => {
    const ids = Array.from({ length: 100 }, (_, index) => `message ${index}`);
    const error = new CrosstrailError('AZURE_UNREACHABLE', 'for a test');
    const delays = ids.map((id) => retryDelaySeconds(error, 6, id));

    expect(ids.map((id) => retryDelaySeconds(error, 6, id))).toEqual(delays);
    expect(new Set(delays).size).toBeGreaterThan(50);
  });
});
