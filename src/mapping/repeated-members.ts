import { childPath } from './json-pointer.ts';
import { endOfString } from './scan-json.ts';

/** How many repeated names are reported; a record with more is no record of Azure. */
export const MAX_REPEATED_MEMBERS = 16;

/** An object or array that is being read: its path, and in an object the names seen and the name just read. */
interface Frame {
  readonly path: string;
  readonly names: Set<string> | undefined;
  name: string;
  index: number;
}

function pathOfValue(frame: Frame | undefined): string {
  if (frame === undefined) return '';
  return childPath(frame.path, frame.names === undefined ? frame.index : frame.name);
}

/** True when the string that ends at `end` is a member's name: a colon follows. */
function isName(text: string, end: number): boolean {
  let index = end;
  while (index < text.length && text.charCodeAt(index) <= 0x20) index += 1;
  return text[index] === ':';
}

/**
 * Paths of members whose name occurs more than once in its object. JSON readers, ours too, keep the last one; the
 * others stand only in the log object, so they are named. The text must be valid JSON.
 */
export function findRepeatedMembers(text: string): string[] {
  const repeated = new Set<string>();
  const frames: Frame[] = [];
  for (let index = 0; index < text.length && repeated.size < MAX_REPEATED_MEMBERS;) {
    const frame = frames.at(-1);
    const character = text[index];
    if (character === '"') {
      const end = endOfString(text, index);
      if (frame?.names !== undefined && isName(text, end)) {
        frame.name = JSON.parse(text.slice(index, end)) as string;
        if (frame.names.has(frame.name)) repeated.add(childPath(frame.path, frame.name));
        frame.names.add(frame.name);
      }
      index = end;
      continue;
    }
    if (character === '{' || character === '[') {
      const path = pathOfValue(frame);
      frames.push({ path, names: character === '{' ? new Set() : undefined, name: '', index: 0 });
    } else if (character === '}' || character === ']') {
      frames.pop();
    } else if (character === ',' && frame !== undefined) {
      frame.index += 1;
    }
    index += 1;
  }
  return [...repeated];
}
