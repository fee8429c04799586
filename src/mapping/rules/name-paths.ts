import { pathName } from '../json-pointer.ts';
import { jsonBytes } from '../omit-members.ts';

/** Most bytes of JSON that a list of hidden paths takes in an event. */
export const MAX_PATH_LIST_BYTES = 2_000;

/** A member that was hidden: its JSON Pointer and the pattern that named it. */
export interface HiddenMember {
  readonly path: string;
  readonly pattern: string;
}

/**
 * How an event names what is hidden in it: the paths, or, where these would take more than
 * {@link MAX_PATH_LIST_BYTES}, the patterns of those that take most. A path begins with `/`, a pattern does not; all
 * patterns together always fit, since a list of them is at most 512 characters long.
 */
export function namePaths(members: readonly HiddenMember[]): string[] {
  const byPattern = new Map<string, string[]>();
  for (const { path, pattern } of members) {
    const paths = byPattern.get(pattern) ?? [];
    if (paths.length === 0) byPattern.set(pattern, paths);
    paths.push(pathName(path));
  }
  const largestFirst = [...byPattern].sort(([, left], [, right]) => jsonBytes(right) - jsonBytes(left));
  for (const [pattern] of largestFirst) {
    if (jsonBytes([...byPattern.values()].flat()) <= MAX_PATH_LIST_BYTES) break;
    byPattern.set(pattern, [pattern]);
  }
  return [...new Set([...byPattern.values()].flat())];
}
