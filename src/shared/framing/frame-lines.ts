import { createHash } from 'node:crypto';
import { ByteRun } from './byte-run.ts';
import { MAX_RECORD_BYTES, type Frame, type Framer, type Tail } from './frame.ts';

const LF = 0x0a;
const CR = 0x0d;

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === CR);
}

/**
 * JSON Lines: a record ends at a line feed byte and at nothing else, because U+2028, U+0085 and their like occur
 * inside strings. A carriage return before it belongs to the ending.
 */
export class LineFramer implements Framer {
  #carry = new ByteRun();
  /** Offset of the first byte that no frame covers. */
  #next: number;

  constructor(startOffset: number) {
    this.#next = startOffset;
  }

  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let start = 0;
    for (;;) {
      const lineFeed = chunk.indexOf(LF, start);
      if (lineFeed === -1) break;
      if (this.#carry.length > 0) {
        this.#carry.append(chunk.subarray(start, lineFeed));
        frames.push(this.#frameOfCarry(1));
      } else {
        frames.push(this.#frameOf(chunk.subarray(start, lineFeed)));
      }
      start = lineFeed + 1;
    }
    this.#carry.append(chunk.subarray(start));
    return frames;
  }

  tail(): Tail {
    if (this.#carry.length === 0) return { kind: 'none' };
    const next = this.#next;
    const frame = this.#describeCarry(0);
    this.#next = next;
    return { kind: 'torn', frame };
  }

  #frameOf(line: Uint8Array): Frame {
    const offset = this.#next;
    const length = line.length + 1;
    this.#next += length;
    const bytes = line.at(-1) === CR ? line.subarray(0, -1) : line;
    if (bytes.length > MAX_RECORD_BYTES) {
      return { kind: 'oversize', offset, length, sha256: createHash('sha256').update(bytes).digest('hex') };
    }
    // A copy: the caller may reuse the chunk, and a view would keep all of it alive.
    return isBlank(bytes)
      ? { kind: 'blank', offset, length }
      : { kind: 'record', offset, length, bytes: Buffer.from(bytes) };
  }

  #frameOfCarry(endingLength: number): Frame {
    const frame = this.#describeCarry(endingLength);
    this.#carry = new ByteRun();
    return frame;
  }

  #describeCarry(endingLength: number): Frame {
    const offset = this.#next;
    const length = this.#carry.length + endingLength;
    this.#next += length;
    const bytes = this.#carry.oversize ? undefined : this.#carry.bytes();
    if (bytes === undefined || bytes.length > MAX_RECORD_BYTES) {
      return { kind: 'oversize', offset, length, sha256: this.#carry.sha256() };
    }
    return isBlank(bytes) ? { kind: 'blank', offset, length } : { kind: 'record', offset, length, bytes };
  }
}
