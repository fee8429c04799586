import type { JsonValue } from './audit-event.ts';
import { rawNumber } from './json-value.ts';

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

/** The reviver's third argument, which TypeScript's library does not declare yet. */
interface ReviverContext {
  readonly source?: string;
}

function keepExact(_name: string, value: JsonValue, context?: ReviverContext): JsonValue {
  return typeof value === 'number' && context?.source !== undefined
    ? exactNumber(value, context.source)
    : value;
}

/** `JSON.parse` that keeps the value of every number. Nested at most as deep as the caller has checked. */
export function parseExactly(text: string): JsonValue {
  return JSON.parse(text, keepExact) as JsonValue;
}
