import type { AuditEvent } from '#mapping/audit-event.ts';
import type { Drift } from '#mapping/drift.ts';
import { recordId } from '#mapping/ids.ts';
import { mapRecord } from '#mapping/map-record.ts';
import type { LogObject, Origin } from '#mapping/origin.ts';
import type { Rejection } from '#mapping/reject-reason.ts';
import { NO_RULES, type RecordRules } from '#mapping/rules/record-rules.ts';
import { MAX_RECORD_BYTES, type Frame } from '#shared/framing/frame.ts';
import type { RejectedRecord } from '#shared/rejects/reject-message.ts';
import type { TailState } from '#shared/ranges/tail.ts';

/** A frame after mapping: something to deliver, to reject, to leave out, or nothing. */
export interface MappedFrame {
  readonly frame: Frame;
  readonly result:
    | { readonly kind: 'blank' }
    | {
        readonly kind: 'event';
        readonly event: AuditEvent;
        readonly drift: readonly Drift[];
        /** What the failure queue gets when a destination rejects the event. */
        readonly record: Omit<RejectedRecord, 'rejection'>;
      }
    | { readonly kind: 'rejected'; readonly record: RejectedRecord }
    /** The filter rule by which the record is left out. */
    | { readonly kind: 'excluded'; readonly rule: string };
}

/**
 * Maps a frame of a log object, leaving out and hiding what the rules say. Where anything is to be hidden, rejects hold
 * no record: what is wrong with one may be that nothing in it can be found. Never throws.
 */
export function mapFrame(
  logObject: LogObject,
  frame: Frame,
  recipientAccountId: string,
  rules: RecordRules = NO_RULES,
): MappedFrame {
  if (frame.kind === 'blank') return { frame, result: { kind: 'blank' } };
  const origin: Origin = { ...logObject, offset: frame.offset, length: frame.length };
  const id = recordId(origin);
  const rejected = (rejection: Rejection, content: RejectedRecord['content']): MappedFrame => ({
    frame,
    result: { kind: 'rejected', record: { id, origin, rejection, content } },
  });
  if (frame.kind === 'oversize') {
    const message = `The record has ${frame.length} bytes; records up to ${MAX_RECORD_BYTES} bytes are read.`;
    return rejected({ reason: 'RECORD_TOO_LONG', message }, { sha256: frame.sha256 });
  }
  const content = { bytes: frame.bytes, withheld: rules.redaction !== undefined };
  const outcome = mapRecord({ bytes: frame.bytes, origin, recipientAccountId, rules });
  if (outcome.outcome === 'event') {
    const { event, drift } = outcome;
    return { frame, result: { kind: 'event', event, drift, record: { id, origin, content } } };
  }
  if (outcome.outcome === 'excluded') return { frame, result: { kind: 'excluded', rule: outcome.rule } };
  const { reason, message } = outcome;
  return rejected({ reason, message }, content);
}

/** Reasons that say that a tail is not a record yet, as opposed to a record that cannot be mapped. */
const INCOMPLETE = new Set(['NOT_JSON', 'NOT_AN_OBJECT', 'INVALID_UTF8', 'RECORD_TOO_LONG']);

/**
 * What happens to the bytes after the last complete record (I4): undefined when they wait for the next range.
 */
export function mapTail(
  logObject: LogObject,
  frame: Frame,
  recipientAccountId: string,
  state: TailState,
  rules: RecordRules = NO_RULES,
): MappedFrame | undefined {
  if (state === 'open') return undefined;
  const mapped = mapFrame(logObject, frame, recipientAccountId, rules);
  if (mapped.result.kind !== 'rejected' || !INCOMPLETE.has(mapped.result.record.rejection.reason))
    return mapped;
  if (state === 'settled') return undefined;
  const { record } = mapped.result;
  const message = `The log object ends in ${frame.length} bytes that are no complete record (${record.rejection.reason}).`;
  return {
    frame,
    result: { kind: 'rejected', record: { ...record, rejection: { reason: 'TORN_TAIL', message } } },
  };
}
