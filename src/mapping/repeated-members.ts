import { childPath } from './json-pointer.ts';
import { walkJson } from './walk-json.ts';

/** How many repeated names are reported; a record with more is no record of Azure. */
export const MAX_REPEATED_MEMBERS = 16;

/**
 * Paths of members whose name occurs more than once in its object. JSON readers, ours too, keep the last one; the
 * others stand only in the log object, so they are named. The text must be valid JSON.
 */
export function findRepeatedMembers(text: string): string[] {
  const repeated = new Set<string>();
  walkJson(text, {
    onName(steps) {
      const last = steps.at(-1)!;
      const { name } = last;
      const names = (last.names ??= new Set());
      if (names.has(name) && repeated.size < MAX_REPEATED_MEMBERS) {
        let path = '';
        for (const step of steps) path = childPath(path, step.isObject ? step.name : step.index);
        repeated.add(path);
      }
      names.add(name);
    },
  });
  return [...repeated];
}
