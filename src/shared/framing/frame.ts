/**
 * Longest record that is read whole, bytes: one block of an append blob in the older service versions, and far above
 * the longest record seen (19 kB). A longer one is rejected by its place, length and hash, without being held in memory.
 * https://learn.microsoft.com/rest/api/storageservices/append-block
 */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;

/**
 * A run of bytes of a log object. Frames come in order and do not overlap; the bytes between two of them (separators
 * and brackets of a document) hold no record.
 */
export type Frame =
  | {
      readonly kind: 'record';
      /** Byte offset of the frame in the log object. */
      readonly offset: number;
      /** Bytes of the frame, line ending included. */
      readonly length: number;
      /** The record without its line ending. */
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'blank'; readonly offset: number; readonly length: number }
  | {
      readonly kind: 'oversize';
      readonly offset: number;
      readonly length: number;
      /** SHA-256 of the frame without its line ending, hex. */
      readonly sha256: string;
    };

/** What is left when the bytes end: an unfinished record, or nothing. */
export type Tail = { readonly kind: 'none' } | { readonly kind: 'torn'; readonly frame: Frame };

/** Cuts bytes into frames, whatever the chunks they come in. */
export interface Framer {
  /** Frames that `chunk`, the bytes right after those pushed before, completes. Keeps no reference to `chunk`. */
  push(chunk: Uint8Array): Frame[];
  /** What is left after the last complete frame. */
  tail(): Tail;
}
