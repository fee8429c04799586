import type { Framing } from '#shared/checkpoints/checkpoint.ts';
import type { Frame, Tail } from '#shared/framing/frame.ts';
import { RecordFramer } from '#shared/framing/frame-records.ts';

/** What a framer makes of some bytes. */
export interface Framed {
  frames: Frame[];
  framing: Framing;
  tail: Tail;
  torn: Frame | undefined;
}

/** Pushes `bytes` in chunks cut at `cuts`. */
export function frame(
  bytes: Uint8Array,
  cuts: readonly number[] = [],
  start = 0,
  framing: Framing = 'undecided',
  maxRecordBytes?: number,
): Framed {
  const framer = new RecordFramer(start, framing, maxRecordBytes);
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const frames = edges.slice(1).flatMap((edge, index) => {
    // Overwritten after the push, because a framer may keep no reference to a chunk.
    const chunk = Uint8Array.from(bytes.subarray(edges[index], edge));
    const framed = framer.push(chunk);
    chunk.fill(0x58);
    return framed;
  });
  const tail = framer.tail();
  return { frames, framing: framer.framing, tail, torn: tail.kind === 'torn' ? tail.frame : undefined };
}
