import * as v from 'valibot';
import { REJECT_REASONS, type RejectReason } from '#mapping/reject-reason.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** What to replay: rejects of the failure queue, or ranges of the dead-letter queue. */
export interface ReplayRequest {
  /** Ranges instead of rejects. */
  readonly ranges: boolean;
  /** Only rejects of this reason. */
  readonly reason: RejectReason | undefined;
  /** At most so many records, or ranges. */
  readonly limit: number;
  /** Tell what would happen and change nothing. */
  readonly dryRun: boolean;
}

const REASONS = Object.keys(REJECT_REASONS) as RejectReason[];

const REQUEST = v.pipe(
  v.strictObject({
    ranges: v.optional(v.boolean('must be true or false'), false),
    reason: v.optional(v.picklist(REASONS, `must be one of ${REASONS.join(', ')}`)),
    limit: v.optional(
      v.pipe(
        v.number('must be a number'),
        v.safeInteger('must be a whole number'),
        v.minValue(1, 'must be at least 1'),
      ),
    ),
    dryRun: v.optional(v.boolean('must be true or false'), false),
  }),
  v.check(
    ({ ranges, reason }) => !ranges || reason === undefined,
    'a range has no reject reason: leave out "reason" or "ranges"',
  ),
);

/**
 * Reads the event of the Replayer, or the options of the command line. No event at all asks for every reject. Throws
 * REPLAY_REQUEST_INVALID, also for an unknown member, since a misspelt `dryRun` would not be dry.
 */
export function readReplayRequest(event: unknown): ReplayRequest {
  const result = v.safeParse(REQUEST, event ?? {});
  if (!result.success) {
    const problems = result.issues.map((issue) => {
      const member = v.getDotPath(issue);
      if (member === null) return issue.message;
      return issue.expected === 'never' ? `"${member}" is not known` : `"${member}" ${issue.message}`;
    });
    throw new CrosstrailError('REPLAY_REQUEST_INVALID', problems.join('; '));
  }
  const { ranges, reason, limit = Number.POSITIVE_INFINITY, dryRun } = result.output;
  return { ranges, reason, limit, dryRun };
}
