import { endOfNumber, endOfString } from './scan-json.ts';

/** One step to the value that is being read: a member's name, or an index in an array. */
export interface JsonStep {
  readonly isObject: boolean;
  name: string;
  index: number;
  /** Names of the object that a visitor wants to remember. */
  names: Set<string> | undefined;
}

/** What a walk reports. The steps change as the walk goes on. */
export interface JsonVisitor {
  /** A member's name was read; it stands in the last step. */
  readonly onName?: (steps: readonly JsonStep[]) => void;
  /** A number stands at `start..end` of the text. */
  readonly onNumber?: (steps: readonly JsonStep[], start: number, end: number) => void;
}

/** True when the string that ends at `end` is a member's name: a colon follows. */
function isName(text: string, end: number): boolean {
  let index = end;
  while (index < text.length && text.charCodeAt(index) <= 0x20) index += 1;
  return text[index] === ':';
}

function unescaped(inner: string): string {
  return inner.includes('\\') ? (JSON.parse(`"${inner}"`) as string) : inner;
}

/** Reads JSON text that `JSON.parse` has accepted once more, for what the parsed value no longer tells. */
export function walkJson(text: string, visitor: JsonVisitor): void {
  const steps: JsonStep[] = [];
  for (let index = 0; index < text.length;) {
    const step = steps.at(-1);
    const character = text[index]!;
    if (character === '"') {
      const end = endOfString(text, index);
      if (step?.isObject === true && isName(text, end)) {
        step.name = unescaped(text.slice(index + 1, end - 1));
        visitor.onName?.(steps);
      }
      index = end;
    } else if (character === '-' || (character >= '0' && character <= '9')) {
      const end = endOfNumber(text, index);
      visitor.onNumber?.(steps, index, end);
      index = end;
    } else {
      if (character === '{' || character === '[') {
        steps.push({ isObject: character === '{', name: '', index: 0, names: undefined });
      } else if (character === '}' || character === ']') {
        steps.pop();
      } else if (character === ',' && step !== undefined) {
        step.index += 1;
      }
      index += 1;
    }
  }
}
