import type { Framing } from '#shared/checkpoints/checkpoint.ts';
import { matchEnvelope } from './envelope.ts';
import { DocumentFramer } from './frame-document.ts';
import { LineFramer } from './frame-lines.ts';
import { MAX_RECORD_BYTES, type Frame, type Framer, type Tail } from './frame.ts';

/** Cuts a log object into frames, as lines or as a document: whichever its first bytes show. */
export class RecordFramer implements Framer {
  readonly #startOffset: number;
  readonly #maxRecordBytes: number;
  #framing: Framing;
  #framer: Framer | undefined;
  #undecided: Uint8Array = new Uint8Array();

  /**
   * `startOffset`: the checkpoint's committed offset; `framing`: what the checkpoint knows. At offset 0 the bytes
   * decide, whatever the checkpoint says: nothing was settled by it yet. `maxRecordBytes`: the longest record that is
   * read whole; {@link MAX_RECORD_BYTES} unless told.
   */
  constructor(startOffset: number, framing: Framing, maxRecordBytes = MAX_RECORD_BYTES) {
    this.#startOffset = startOffset;
    this.#maxRecordBytes = maxRecordBytes;
    this.#framing = startOffset === 0 ? 'undecided' : framing === 'undecided' ? 'lines' : framing;
  }

  /** What the bytes so far show. */
  get framing(): Framing {
    return this.#framing;
  }

  push(chunk: Uint8Array): Frame[] {
    if (this.#framing !== 'undecided') return this.#chosen().push(chunk);
    const bytes = Buffer.concat([this.#undecided, chunk]);
    const match = matchEnvelope(bytes);
    if (match === 'undecided') {
      this.#undecided = bytes;
      return [];
    }
    this.#framing = match === 'envelope' ? 'document' : 'lines';
    this.#undecided = new Uint8Array();
    return this.#chosen().push(bytes);
  }

  tail(): Tail {
    if (this.#framing !== 'undecided') return this.#chosen().tail();
    const bytes = this.#undecided;
    const [offset, length] = [this.#startOffset, bytes.length];
    if (length === 0) return { kind: 'none' };
    const blank = Buffer.from(bytes).toString('utf8').trim() === '';
    return {
      kind: 'torn',
      frame: blank ? { kind: 'blank', offset, length } : { kind: 'record', offset, length, bytes },
    };
  }

  #chosen(): Framer {
    this.#framer ??=
      this.#framing === 'document'
        ? new DocumentFramer(this.#startOffset, this.#maxRecordBytes)
        : new LineFramer(this.#startOffset, this.#maxRecordBytes);
    return this.#framer;
  }
}
