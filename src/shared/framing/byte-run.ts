import { createHash, type Hash } from 'node:crypto';

const CR = 0x0d;

/** What a run of bytes is as a frame. */
export type RunContent =
  | { readonly kind: 'record'; readonly bytes: Uint8Array }
  | { readonly kind: 'oversize'; readonly sha256: string };

/** What bytes are, without a final carriage return: a record of `maxBytes` at most, or too many. */
export function contentOf(bytes: Uint8Array, maxBytes: number): RunContent {
  const content = bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes;
  return content.length > maxBytes
    ? { kind: 'oversize', sha256: createHash('sha256').update(content).digest('hex') }
    : { kind: 'record', bytes: content };
}

/**
 * The bytes of one unfinished record, gathered over chunks. Beyond `maxBytes` only their number and hash are kept, so
 * that memory does not grow with a record that never ends.
 */
export class ByteRun {
  readonly #maxBytes: number;
  readonly #pieces: Uint8Array[] = [];
  #hash: Hash | undefined;
  /** One carriage return held back from the hash: it may turn out to be the line ending. */
  #heldReturn = false;
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    if (this.#length <= this.#maxBytes + 1) {
      this.#pieces.push(Buffer.from(piece));
      return;
    }
    if (this.#hash === undefined) {
      this.#hash = createHash('sha256');
      for (const held of this.#pieces) this.#digest(this.#hash, held);
      this.#pieces.length = 0;
    }
    this.#digest(this.#hash, piece);
  }

  #digest(hash: Hash, piece: Uint8Array): void {
    if (this.#heldReturn) hash.update('\r');
    this.#heldReturn = piece.at(-1) === CR;
    hash.update(this.#heldReturn ? piece.subarray(0, -1) : piece);
  }

  /** The bytes so far; none of those of a run that is too long. */
  bytes(): Uint8Array {
    return Buffer.concat(this.#pieces);
  }

  /** What the bytes so far are, without a final carriage return. */
  content(): RunContent {
    if (this.#hash !== undefined) return { kind: 'oversize', sha256: this.#hash.copy().digest('hex') };
    return contentOf(this.bytes(), this.#maxBytes);
  }
}
