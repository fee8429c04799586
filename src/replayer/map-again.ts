import type { RecordRules } from '#mapping/rules/record-rules.ts';
import type { Frame } from '#shared/framing/frame.ts';
import { mapFrame, mapTail, type MappedFrame } from '#shared/records/map-frames.ts';
import type { KeptReject } from '#shared/rejects/read-reject-message.ts';

/** A frame that holds a record: a blank one is never rejected. */
export type RecordFrame = Exclude<Frame, { readonly kind: 'blank' }>;

/** A record mapped again: an audit event, a reject, or one that a filter rule now leaves out. */
export type MappedAgain = Exclude<MappedFrame['result'], { readonly kind: 'blank' }>;

/**
 * Maps a rejected record with today's code and rules, as the Processor mapped it the first time: the origin is the same, hence
 * also id and UID. What is left of a torn tail stays one. Never throws.
 */
export function mapAgain(
  reject: KeptReject,
  frame: RecordFrame,
  recipientAccountId: string,
  rules?: RecordRules,
): MappedAgain {
  const { origin, reason } = reject;
  const asTail =
    reason === 'TORN_TAIL' ? mapTail(origin, frame, recipientAccountId, 'closed', rules) : undefined;
  const { result } = asTail ?? mapFrame(origin, frame, recipientAccountId, rules);
  // Only a blank frame maps to nothing.
  return result as MappedAgain;
}
