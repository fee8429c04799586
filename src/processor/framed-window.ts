import type { LogObject } from '#mapping/origin.ts';
import type { RecordRules } from '#mapping/rules/record-rules.ts';
import type { Framing } from '#shared/checkpoints/checkpoint.ts';
import { dayOf } from '#shared/destinations/rows/object-key.ts';
import type { RecordFramer } from '#shared/framing/frame-records.ts';
import type { TailState } from '#shared/ranges/tail.ts';
import { mapTail, type MappedFrame } from '#shared/records/map-frames.ts';

/** Where reading ended, and what is left there. */
export interface Ending {
  readonly end: number;
  readonly tail: TailState;
  /** What is left, when it is taken for a record: then it is the last frame of the window. */
  readonly mapped: MappedFrame | undefined;
  /** True when what is left waits for more bytes. */
  readonly torn: boolean;
}

/** Frames of a log object that are settled at once. */
export interface FramedWindow {
  readonly mapped: readonly MappedFrame[];
  readonly framing: Framing;
  /** Undefined when more bytes of the range follow. */
  readonly ending: Ending | undefined;
}

/** What mapping a frame needs to know beside the frame. */
interface MappingFacts {
  readonly logObject: LogObject;
  readonly recipientAccountId: string;
  readonly rules: RecordRules | undefined;
}

/** Looks at what is left in a framer when the bytes end at `end`, in a tail of that state (I4). */
export function endingAt(
  end: number,
  tail: TailState,
  framer: RecordFramer,
  { logObject, recipientAccountId, rules }: MappingFacts,
): Ending {
  const left = framer.tail();
  if (left.kind === 'none') return { end, tail, mapped: undefined, torn: false };
  const mapped = mapTail(logObject, left.frame, recipientAccountId, tail, rules);
  return { end, tail, mapped, torn: mapped === undefined && left.frame.kind !== 'blank' };
}

/** Frames and what is left after them, as one window. */
export function framedWindow(
  mapped: readonly MappedFrame[],
  framing: Framing,
  ending?: Ending,
): FramedWindow {
  const last = ending?.mapped;
  return { mapped: last === undefined ? mapped : [...mapped, last], framing, ending };
}

/**
 * Cuts a window into portions whose events are of at most `maxDays` days, so that the number of objects that are
 * written at once, and the time that this takes, has a bound whatever times the records tell.
 */
export function portionsOf(window: FramedWindow, maxDays: number): FramedWindow[] {
  const portions: MappedFrame[][] = [];
  let portion: MappedFrame[] = [];
  let days = new Set<string>();
  for (const frame of window.mapped) {
    if (frame.result.kind === 'event') {
      const day = dayOf(frame.result.event.eventData.eventTime);
      if (!days.has(day) && days.size === maxDays) {
        portions.push(portion);
        portion = [];
        days = new Set();
      }
      days.add(day);
    }
    portion.push(frame);
  }
  return [
    ...portions.map((mapped) => ({ mapped, framing: window.framing, ending: undefined })),
    { ...window, mapped: portion },
  ];
}
