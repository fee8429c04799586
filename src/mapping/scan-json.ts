/** What one pass over valid JSON text tells that the parsed value no longer does. */
export interface JsonScan {
  /** Members written in all objects together; a parsed value has fewer when a name is repeated. */
  readonly members: number;
  /** Deepest nesting of objects and arrays; 0 for a bare scalar. */
  readonly depth: number;
  /** A number stands there that `JSON.parse` might not keep exactly, so a closer look is needed. */
  readonly hasDelicateNumber: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** Significant digits that a double always keeps. https://en.wikipedia.org/wiki/Double-precision_floating-point_format */
const SAFE_DIGITS = 15;

/** Index just after the string that opens at `open`. The text must be valid JSON. */
export function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  for (;;) {
    if (close === -1) return text.length;
    let before = close - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((close - 1 - before) % 2 === 0) return close + 1;
    close = text.indexOf('"', close + 1);
  }
}

function isNumberCharacter(code: number): boolean {
  // + - . 0..9 E e
  return (
    (code >= ZERO && code <= NINE) ||
    code === 0x2e ||
    code === MINUS ||
    (code | 0x20) === 0x65 ||
    code === 0x2b
  );
}

/** Index just after the number that begins at `start`. */
export function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (isNumberCharacter(text.charCodeAt(end))) end += 1;
  return end;
}

function isDelicate(text: string, start: number, end: number): boolean {
  if (end - start > SAFE_DIGITS) return true;
  for (let index = start; index < end; index += 1) {
    if ((text.charCodeAt(index) | 0x20) === 0x65) return true;
  }
  return text.charCodeAt(start) === MINUS && text.charCodeAt(start + 1) === ZERO;
}

/** One pass over text that `JSON.parse` has accepted. Linear, without recursion, so any nesting is safe. */
export function scanJson(text: string): JsonScan {
  let members = 0;
  let depth = 0;
  let deepest = 0;
  let hasDelicateNumber = false;
  for (let index = 0; index < text.length;) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = endOfString(text, index);
      continue;
    }
    if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const start = index;
      index = endOfNumber(text, index);
      hasDelicateNumber ||= isDelicate(text, start, index);
      continue;
    }
    if (code === COLON) {
      members += 1;
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
    }
    index += 1;
  }
  return { members, depth: deepest, hasDelicateNumber };
}
