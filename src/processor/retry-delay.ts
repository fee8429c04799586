import { createHash } from 'node:crypto';
import { CrosstrailError, type ErrorCode } from '#shared/errors/crosstrail-error.ts';

/** Work that only lacked time goes on at once; 1 s, because fauxqs with a data directory fails on 0. */
const OUT_OF_TIME_S = 1;

/** A service that is away for seconds costs seconds, one that is away for a day is asked every quarter of an hour. */
const FIRST_PASSING_S = 30;
const LONGEST_PASSING_S = 900;

/** What waits for a person: asked often enough that mending shows soon, seldom enough to outlast a weekend. */
const FIRST_PERSON_S = 900;
const LONGEST_PERSON_S = 3600;

/**
 * What no waiting changes: these ranges come to the dead-letter queue, where `crosstrail replay --ranges` finds them, in
 * half a day instead of a week.
 */
const LASTING_S = 300;
const LASTING: ReadonlySet<ErrorCode | undefined> = new Set<ErrorCode>([
  'RANGE_MESSAGE_INVALID',
  'RANGE_REFUSED',
  'LOG_OBJECT_NOT_FOUND',
  'LOG_OBJECT_RECREATED',
  'LOG_OBJECT_SHRUNK',
]);

/** Part of a delay that jitter takes away, so that messages that failed together do not come back together. */
const JITTER = 0.2;

/**
 * Whole seconds after which a message that failed with `error` shall be visible again, when it was received
 * `receiveCount` times. At most an hour: what the queue's visibility timeout would have been.
 */
export function retryDelaySeconds(error: unknown, receiveCount: number, messageId: string): number {
  const code = error instanceof CrosstrailError ? error.code : undefined;
  if (code === 'OUT_OF_TIME') return OUT_OF_TIME_S;
  const full = LASTING.has(code)
    ? LASTING_S
    : error instanceof CrosstrailError && error.passing
      ? doubled(FIRST_PASSING_S, LONGEST_PASSING_S, receiveCount)
      : doubled(FIRST_PERSON_S, LONGEST_PERSON_S, receiveCount);
  return Math.ceil(full * (1 - JITTER * fraction(`${messageId} ${receiveCount}`)));
}

function doubled(first: number, longest: number, receiveCount: number): number {
  return Math.min(first * 2 ** Math.max(0, receiveCount - 1), longest);
}

/** 0 up to 1, spread evenly over texts, and the same for the same text. */
function fraction(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
