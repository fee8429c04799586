import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';

/**
 * Most bytes that stand between the last record and the end of a log object without being a record: closing brackets
 * of a document, white space. More than that was never left behind by Crosstrail.
 */
export const MAX_ENCLOSING_BYTES = 1_024;

/** Bytes after the committed offset that were examined and hold no record. */
export function enclosingBytes({ committed, examined, torn }: Checkpoint): number {
  const rest = examined - committed;
  return torn || rest < 0 || rest > MAX_ENCLOSING_BYTES ? 0 : rest;
}

/** Bytes that a log object is known to have had and that were never settled. */
export function unreadBytes(checkpoint: Checkpoint): number {
  const { committed, examined, knownEnd } = checkpoint;
  if (knownEnd > examined) return Math.max(0, knownEnd - committed);
  return Math.max(0, examined - committed - enclosingBytes(checkpoint));
}
