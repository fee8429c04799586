import { createHash, type Hash } from 'node:crypto';
import { MAX_RECORD_BYTES } from './frame.ts';

/**
 * The bytes of one unfinished record, gathered over chunks. Beyond {@link MAX_RECORD_BYTES} only their number and hash
 * are kept, so that memory does not grow with a record that never ends.
 */
export class ByteRun {
  readonly #pieces: Uint8Array[] = [];
  #hash: Hash | undefined;
  /** One carriage return held back from the hash: it may turn out to be the line ending. */
  #heldReturn = false;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get oversize(): boolean {
    return this.#hash !== undefined;
  }

  append(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    if (this.#length <= MAX_RECORD_BYTES + 1) {
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
    this.#heldReturn = piece.at(-1) === 0x0d;
    hash.update(this.#heldReturn ? piece.subarray(0, -1) : piece);
  }

  /** The bytes gathered, without a final carriage return; only while not {@link oversize}. */
  bytes(): Uint8Array {
    const all = Buffer.concat(this.#pieces);
    return all.at(-1) === 0x0d ? all.subarray(0, -1) : all;
  }

  /** SHA-256 of the bytes without a final carriage return, hex. */
  sha256(): string {
    return (this.#hash?.copy() ?? createHash('sha256').update(this.bytes())).digest('hex');
  }
}
