import { ByteRun } from './byte-run.ts';
import { matchEnvelope } from './envelope.ts';
import { MAX_RECORD_BYTES, type Frame, type Framer, type Tail } from './frame.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const LF = 0x0a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === LF || byte === 0x0d;
}

/**
 * Where the scanner stands: in the envelope before the array, between records, in a record, after the array, or in
 * bytes after the array that no document has there.
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
  #run = new ByteRun();
  #runOffset = 0;
  #envelope: number[] = [];
  /** Offset of the next byte to be pushed. */
  #position: number;
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** `startOffset` 0 starts with the envelope; any other is the end of a record. */
  constructor(startOffset: number) {
    this.#position = startOffset;
    this.#runOffset = startOffset;
    this.#place = startOffset === 0 ? 'envelope' : 'between';
  }

  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    /** Start, in this chunk, of the record or stray bytes that the scanner stands in. */
    let start = 0;
    const begin = (place: Place, index: number): void => {
      this.#place = place;
      this.#runOffset = this.#position + index;
      start = index;
      this.#depth = 0;
      this.#inString = false;
      this.#escaped = false;
    };
    const finish = (next: Place, end: number): void => {
      this.#run.append(chunk.subarray(start, end));
      frames.push(this.#frameOfRun());
      this.#run = new ByteRun();
      this.#place = next;
    };

    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] as number;
      switch (this.#place) {
        case 'envelope': {
          this.#envelope.push(byte);
          const match = matchEnvelope(Uint8Array.from(this.#envelope));
          if (match === 'undecided') break;
          if (match === 'envelope') {
            this.#place = 'between';
          } else {
            this.#run.append(Uint8Array.from(this.#envelope));
            this.#place = 'stray';
            start = index + 1;
            if (byte === LF) finish('after', start);
          }
          this.#envelope = [];
          break;
        }
        case 'between':
          if (byte === CLOSE_BRACKET) {
            this.#place = 'after';
          } else if (byte !== COMMA && !isSpace(byte)) {
            begin('record', index);
            if (this.#endsRecord(byte) === 'with') finish('between', index + 1);
          }
          break;
        case 'record': {
          const ending = this.#endsRecord(byte);
          if (ending === 'with') finish('between', index + 1);
          if (ending === 'before') finish(byte === CLOSE_BRACKET ? 'after' : 'between', index);
          break;
        }
        case 'after':
          if (byte === OPEN_BRACE) {
            this.#place = 'envelope';
            this.#envelope = [byte];
            this.#runOffset = this.#position + index;
          } else if (byte !== CLOSE_BRACE && !isSpace(byte)) {
            begin('stray', index);
          }
          break;
        case 'stray':
          if (byte === LF) finish('after', index + 1);
          break;
      }
    }
    if (this.#place === 'record' || this.#place === 'stray') this.#run.append(chunk.subarray(start));
    this.#position += chunk.length;
    return frames;
  }

  tail(): Tail {
    if (this.#place === 'envelope' && this.#envelope.length > 0) {
      const bytes = Uint8Array.from(this.#envelope);
      return {
        kind: 'torn',
        frame: { kind: 'record', offset: this.#runOffset, length: bytes.length, bytes },
      };
    }
    const unfinished = this.#place === 'record' || this.#place === 'stray';
    return unfinished && this.#run.length > 0
      ? { kind: 'torn', frame: this.#frameOfRun() }
      : { kind: 'none' };
  }

  /** Whether the record ends with this byte, or right before it. */
  #endsRecord(byte: number): 'with' | 'before' | 'no' {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return 'no';
    }
    switch (byte) {
      case QUOTE:
        this.#inString = true;
        return 'no';
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.#depth += 1;
        return 'no';
      case CLOSE_BRACE:
        this.#depth -= 1;
        return this.#depth <= 0 ? 'with' : 'no';
      case CLOSE_BRACKET:
        // At depth 0 it closes the array of records, and what precedes it was a value without brackets.
        if (this.#depth === 0) return 'before';
        this.#depth -= 1;
        return this.#depth === 0 ? 'with' : 'no';
      case COMMA:
        return this.#depth === 0 ? 'before' : 'no';
      default:
        return 'no';
    }
  }

  #frameOfRun(): Frame {
    const length = this.#run.length;
    const offset = this.#runOffset;
    return this.#run.oversize || length > MAX_RECORD_BYTES
      ? { kind: 'oversize', offset, length, sha256: this.#run.sha256() }
      : { kind: 'record', offset, length, bytes: this.#run.bytes() };
  }
}
