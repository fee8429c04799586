import type { ListedLogObject } from '#shared/azure/log-object-listing.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import type { Range } from '#shared/ranges/range.ts';
import { tailAdvanced, type TailState } from '#shared/ranges/tail.ts';
import type { LogObject } from '#mapping/origin.ts';

/**
 * Bytes that one range message adds at most, so that one message is work of a minute or two: about 100,000 records at
 * 2.5 kB. A longer growth is sent as several ranges of the same message group, which are processed in order.
 */
export const MAX_RANGE_BYTES = 256 * 1024 * 1024;

/** What a listed log object calls for. */
export type Decision =
  | { readonly kind: 'enqueue'; readonly ranges: readonly Range[] }
  | { readonly kind: 'settled' }
  | { readonly kind: 'shrunk'; readonly examined: number };

/**
 * Compares a listed log object with its checkpoint (of the same generation; undefined when none). It has grown when
 * its length differs from what was examined; a torn tail is looked at again when its state allows more than before.
 */
export function decideRanges(
  logObject: LogObject,
  listed: ListedLogObject,
  checkpoint: Checkpoint | undefined,
  tail: TailState,
): Decision {
  const examined = checkpoint?.examined ?? 0;
  if (listed.length < examined) return { kind: 'shrunk', examined };
  const tornTailMayGo = checkpoint?.torn === true && tailAdvanced(checkpoint.tail, tail);
  if (listed.length === examined && !tornTailMayGo) return { kind: 'settled' };

  const ranges: Range[] = [];
  for (let end = examined + MAX_RANGE_BYTES; end < listed.length; end += MAX_RANGE_BYTES) {
    // Only the last range reaches the end of the log object, so only that one has a tail to decide on.
    ranges.push({ logObject, end, tail: 'open' });
  }
  ranges.push({ logObject, end: listed.length, tail });
  return { kind: 'enqueue', ranges };
}
