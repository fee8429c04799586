import { ByteRun } from './byte-run.ts';
import { matchEnvelope } from './envelope.ts';
import type { Frame, Framer, Tail } from './frame.ts';
import { RecordEnd } from './record-end.ts';

const COMMA = 0x2c;
const LF = 0x0a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === LF || byte === 0x0d;
}

/**
 * Where the scanner stands: in what may be an envelope, between records, in a record, after the array, or in bytes after
 * the array that no document has there.
 */
type Place = 'envelope' | 'between' | 'record' | 'after' | 'stray';

/**
 * A document `{"records":[…]}` (flow logs, sovereign clouds, blobs before November 2018), or several one after the
 * other. Records are found by their brackets, so that the document need not fit in memory. The writer replaces the
 * closing brackets when it appends: they are covered by no frame, and a later reading starts after the last record.
 * https://learn.microsoft.com/previous-versions/azure/azure-monitor/essentials/resource-logs-blob-format
 */
export class DocumentFramer implements Framer {
  #place: Place;
  /** What was read of an envelope, a record or stray bytes in the chunks before. */
  #run: ByteRun;
  #runOffset: number;
  #end = new RecordEnd();
  /** Offset of the next byte to be pushed. */
  #position: number;

  readonly #maxRecordBytes: number;

  /** `startOffset` 0 starts with the envelope; any other is the end of a record. */
  constructor(startOffset: number, maxRecordBytes: number) {
    this.#maxRecordBytes = maxRecordBytes;
    this.#run = new ByteRun(maxRecordBytes);
    this.#position = startOffset;
    this.#runOffset = startOffset;
    this.#place = startOffset === 0 ? 'envelope' : 'between';
  }

  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    /** Start, in this chunk, of what the scanner stands in. */
    let start = 0;
    const begin = (place: Place, index: number): void => {
      this.#place = place;
      this.#runOffset = this.#position + index;
      start = index;
    };
    const leave = (next: Place): void => {
      this.#run = new ByteRun(this.#maxRecordBytes);
      this.#place = next;
    };
    const finish = (next: Place, end: number, endingLength = 0): void => {
      this.#run.append(chunk.subarray(start, end));
      frames.push(this.#frameOfRun(endingLength));
      leave(next);
    };

    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] as number;
      switch (this.#place) {
        case 'envelope': {
          const match = matchEnvelope(Buffer.concat([this.#run.bytes(), chunk.subarray(start, index + 1)]));
          if (match === 'envelope') leave('between');
          if (match !== 'other') break;
          this.#place = 'stray';
          if (byte === LF) finish('after', index, 1);
          break;
        }
        case 'between':
          if (byte === CLOSE_BRACKET) {
            this.#place = 'after';
          } else if (byte !== COMMA && !isSpace(byte)) {
            begin('record', index);
            this.#end = new RecordEnd();
            if (this.#end.meets(byte) === 'with') finish('between', index + 1);
          }
          break;
        case 'record': {
          const ending = this.#end.meets(byte);
          if (ending === 'with') finish('between', index + 1);
          if (ending === 'before') finish(byte === CLOSE_BRACKET ? 'after' : 'between', index);
          break;
        }
        case 'after':
          if (byte === OPEN_BRACE) begin('envelope', index);
          else if (byte !== CLOSE_BRACE && !isSpace(byte)) begin('stray', index);
          break;
        case 'stray':
          if (byte === LF) finish('after', index, 1);
          break;
      }
    }
    if (this.#place !== 'between' && this.#place !== 'after') this.#run.append(chunk.subarray(start));
    this.#position += chunk.length;
    return frames;
  }

  tail(): Tail {
    return this.#run.length > 0 ? { kind: 'torn', frame: this.#frameOfRun(0) } : { kind: 'none' };
  }

  #frameOfRun(endingLength: number): Frame {
    const length = this.#run.length + endingLength;
    return { ...this.#run.content(), offset: this.#runOffset, length };
  }
}
