const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Finds the end of one record of a document by its brackets. */
export class RecordEnd {
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** Takes the record's next byte: whether the record ends with it, or right before it; undefined when it goes on. */
  meets(byte: number): 'with' | 'before' | undefined {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return undefined;
    }
    switch (byte) {
      case QUOTE:
        this.#inString = true;
        return undefined;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.#depth += 1;
        return undefined;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        // At depth 0 a bracket closes the array of records, and what precedes it was a value without brackets.
        if (this.#depth === 0 && byte === CLOSE_BRACKET) return 'before';
        this.#depth -= 1;
        return this.#depth <= 0 ? 'with' : undefined;
      case COMMA:
        return this.#depth === 0 ? 'before' : undefined;
    }
    return undefined;
  }
}
