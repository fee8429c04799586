import { endOfString } from '#mapping/scan-json.ts';
import { onOneLine } from './raw-record.ts';

const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

function isOpening(code: number): boolean {
  return code === OPEN_BRACE || code === OPEN_BRACKET;
}

function isClosing(code: number): boolean {
  return code === CLOSE_BRACE || code === CLOSE_BRACKET;
}

/**
 * The texts of the objects and arrays that stand directly in an array of `json`, each on one line and otherwise as
 * written: a parsed value written again would lose digits of numbers and repeated members. The array is the text itself,
 * or the member `member` of the object that it is. `json` must be valid.
 */
export function elementTexts(json: string, member?: string): string[] {
  const arrayDepth = member === undefined ? 1 : 2;
  const texts: string[] = [];
  let depth = 0;
  let inArray = false;
  let start = -1;
  let name = '';
  for (let index = 0; index < json.length; index += 1) {
    const code = json.charCodeAt(index);
    if (code === QUOTE) {
      const end = endOfString(json, index);
      if (depth === 1 && member !== undefined) name = json.slice(index + 1, end - 1);
      index = end - 1;
    } else if (isOpening(code)) {
      depth += 1;
      if (depth === arrayDepth) inArray = code === OPEN_BRACKET && (member === undefined || name === member);
      else if (inArray && depth === arrayDepth + 1) start = index;
    } else if (isClosing(code)) {
      if (inArray && depth === arrayDepth + 1) texts.push(onOneLine(json.slice(start, index + 1)));
      if (depth === arrayDepth) inArray = false;
      depth -= 1;
    }
  }
  return texts;
}
