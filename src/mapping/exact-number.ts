import type { JsonValue } from './audit-event.ts';
import { arrayOf, kindOf, objectOf, rawNumber, setMember } from './json-value.ts';
import { walkJson, type JsonStep } from './walk-json.ts';

/** A longer number is kept as text without a look at its value: comparing costs more than it could save. */
const MAX_COMPARED_LENGTH = 400;

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** One spelling for each decimal value: sign, digits without zeros around them, exponent. */
function canonical(text: string): string {
  const match = NUMBER.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return `${sign}0`;
  const shift = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}e${shift}`;
}

/**
 * The parsed number, or its source text when a double changes its value (`638799492563154034`, `-0`, `1e999`) or would
 * write it longer than the record did (`1e20`), so that a record never grows by being mapped.
 */
function exactNumber(value: number, source: string): JsonValue {
  const written = String(value);
  if (written === source) return value;
  if (!Number.isFinite(value) || written.length > source.length || source.length > MAX_COMPARED_LENGTH) {
    return rawNumber(source);
  }
  // String(-0) is "0", so a negative zero differs here as it should.
  return canonical(written) === canonical(source) ? value : rawNumber(source);
}

/** What holds the value at `steps` and under which name, as far as the parsed value has it. */
function holderAt(value: JsonValue, steps: readonly JsonStep[]): JsonValue | undefined {
  let holder: JsonValue | undefined = value;
  for (const { isObject, name, index } of steps.slice(0, -1)) {
    holder = isObject ? objectOf(holder)?.[name] : arrayOf(holder)[index];
  }
  return holder;
}

/**
 * `JSON.parse` that keeps the value of every number. A reviver would see the source of numbers too, but is called for
 * every value of the record, which costs several times the parsing. Throws `SyntaxError` when the text is not JSON.
 */
export function parseExactly(text: string): JsonValue {
  let root = JSON.parse(text) as JsonValue;
  walkJson(text, {
    onNumber(steps, start, end) {
      const last = steps.at(-1);
      const source = text.slice(start, end);
      if (last === undefined) {
        root = exactNumber(Number(source), source);
        return;
      }
      const holder = holderAt(root, steps);
      // Of a repeated name only the last value is there; each number in turn replaces the one before it.
      if (last.isObject) {
        const members = objectOf(holder);
        if (members !== undefined && kindOf(members[last.name]) === 'number') {
          setMember(members, last.name, exactNumber(Number(source), source));
        }
      } else if (Array.isArray(holder) && kindOf(holder[last.index]) === 'number') {
        holder[last.index] = exactNumber(Number(source), source);
      }
    },
  });
  return root;
}
