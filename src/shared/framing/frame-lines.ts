import { ByteRun, contentOf, type RunContent } from './byte-run.ts';
import type { Frame, Framer, Tail } from './frame.ts';

const LF = 0x0a;
const CR = 0x0d;

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === CR);
}

/** The frame of a line of `length` bytes, its ending included. */
function frameOf(content: RunContent, offset: number, length: number): Frame {
  const blank = content.kind === 'record' && isBlank(content.bytes);
  return blank ? { kind: 'blank', offset, length } : { ...content, offset, length };
}

/**
 * JSON Lines: a record ends at a line feed byte and at nothing else, because U+2028, U+0085 and their like occur
 * inside strings. A carriage return before it belongs to the ending.
 */
export class LineFramer implements Framer {
  /** The line that is not complete. */
  #carry: ByteRun;
  /** Offset of its first byte. */
  #next: number;
  readonly #maxRecordBytes: number;

  constructor(startOffset: number, maxRecordBytes: number) {
    this.#next = startOffset;
    this.#maxRecordBytes = maxRecordBytes;
    this.#carry = new ByteRun(maxRecordBytes);
  }

  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let start = 0;
    for (let lineFeed = chunk.indexOf(LF); lineFeed !== -1; lineFeed = chunk.indexOf(LF, start)) {
      const rest = chunk.subarray(start, lineFeed);
      const length = this.#carry.length + rest.length + 1;
      frames.push(frameOf(this.#complete(rest), this.#next, length));
      this.#next += length;
      start = lineFeed + 1;
    }
    this.#carry.append(chunk.subarray(start));
    return frames;
  }

  tail(): Tail {
    const { length } = this.#carry;
    if (length === 0) return { kind: 'none' };
    return { kind: 'torn', frame: frameOf(this.#carry.content(), this.#next, length) };
  }

  #complete(rest: Uint8Array): RunContent {
    // Nearly every line lies in one chunk: gathering it would cost as much again as finding it. A copy, because the
    // caller may reuse the chunk, and a view would keep all of it alive.
    if (this.#carry.length === 0) return contentOf(Buffer.from(rest), this.#maxRecordBytes);
    this.#carry.append(rest);
    const content = this.#carry.content();
    this.#carry = new ByteRun(this.#maxRecordBytes);
    return content;
  }
}
