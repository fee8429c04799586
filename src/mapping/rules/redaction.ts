import type { JsonObject, JsonValue } from '../audit-event.ts';
import { childPath } from '../json-pointer.ts';
import { objectOf, setMember } from '../json-value.ts';
import { HASH_PREFIX, hashedText, REDACTED, saysNothing, type KeyedHash } from './hidden-value.ts';
import { readJsonText } from './json-text.ts';
import type { HiddenMember } from './name-paths.ts';
import { holdsNeeded, neededFor } from './needed-members.ts';
import { advance, type PathPattern, type PathStep } from './path-pattern.ts';

/** Which members of a record are hidden before it is mapped, and how. */
export interface Redaction {
  readonly redact: readonly PathPattern[];
  readonly hash: readonly PathPattern[];
  /** Of hashed values, and of what would tell hidden ones to who tries all. */
  readonly keyedHash: KeyedHash;
}

/** What was hidden in a record. */
export interface HiddenMembers {
  readonly redacted: readonly HiddenMember[];
  readonly hashed: readonly HiddenMember[];
  /** Paths of names that stood more than once in a JSON text that was written again: only the last value is left. */
  readonly repeated: readonly string[];
}

/** One pass over one record. */
class Hiding implements HiddenMembers {
  readonly redacted: HiddenMember[] = [];
  readonly hashed: HiddenMember[] = [];
  readonly repeated: string[] = [];
  readonly #hashPatterns: ReadonlySet<PathPattern>;
  readonly #keyedHash: KeyedHash;
  /** From the record to the value that is looked at: names and indices. */
  readonly #path: (string | number)[] = [];

  constructor({ hash, keyedHash }: Redaction) {
    this.#hashPatterns = new Set(hash);
    this.#keyedHash = keyedHash;
  }

  get count(): number {
    return this.redacted.length + this.hashed.length;
  }

  /** Members of an object; `inherited` is the pattern that names all of them. */
  members(holder: JsonObject, steps: readonly PathStep[], inherited?: PathPattern): void {
    for (const name of Object.keys(holder)) {
      const lowerCase = name.toLowerCase();
      const { next, matched = inherited } = advance(steps, lowerCase);
      if (matched === undefined && next.length === 0) continue;
      this.#path.push(name);
      const value = holder[name]!;
      const steppedTo = this.#names();
      if (neededFor(steppedTo) === undefined) {
        const isWhole = matched !== undefined && !(holdsNeeded(steppedTo) && holdsMembers(value));
        const hidden = isWhole ? this.#hide(value, matched) : this.#inside(value, next, matched);
        if (hidden !== value) setMember(holder, name, hidden);
      }
      this.#path.pop();
    }
  }

  /** Names up to the value, without indices, in lower case; only as many as tell whether it is needed. */
  #names(): string[] {
    return this.#path.length > 2 ? [] : this.#path.map((step) => String(step).toLowerCase());
  }

  /** The value with what `steps` name in it hidden: changed in place, or, for a JSON text, another text. */
  #inside(value: JsonValue, steps: readonly PathStep[], inherited?: PathPattern): JsonValue {
    if (typeof value === 'string') return this.#insideText(value, steps, inherited);
    if (Array.isArray(value)) {
      for (const [index, element] of value.entries()) {
        this.#path.push(index);
        value[index] = this.#inside(element, steps, inherited);
        this.#path.pop();
      }
      return value;
    }
    const members = objectOf(value);
    if (members !== undefined) this.members(members, steps, inherited);
    return value;
  }

  #insideText(text: string, steps: readonly PathStep[], inherited?: PathPattern): JsonValue {
    const read = readJsonText(text);
    if (read === undefined) return text;
    // What cannot be looked into could hold what is to be hidden.
    if (read === 'unreadable') return this.#hide(text, inherited ?? steps[0]!.pattern);
    const before = this.count;
    const value = this.#inside(read.value, steps, inherited);
    if (this.count === before) return text;
    const path = this.#pointer();
    for (const inner of read.repeated()) this.repeated.push(`${path}${inner}`);
    return JSON.stringify(value);
  }

  /** What stands in place of a value, and the note that it was hidden. Elements of an array are hidden one by one. */
  #hide(value: JsonValue, pattern: PathPattern): JsonValue {
    const isHashed = this.#hashPatterns.has(pattern);
    const hidden = isHashed ? this.#hash(value) : redact(value);
    if (hidden !== value) {
      (isHashed ? this.hashed : this.redacted).push({ path: this.#pointer(), pattern: pattern.text });
    }
    return hidden;
  }

  #hash(value: JsonValue): JsonValue {
    return replaceEach(value, (each) => `${HASH_PREFIX}${this.#keyedHash(hashedText(each))}`);
  }

  #pointer(): string {
    return this.#path.reduce<string>(childPath, '');
  }
}

function redact(value: JsonValue): JsonValue {
  return replaceEach(value, () => REDACTED);
}

/** The value replaced, or each element of an array; the very same when there is nothing to replace. */
function replaceEach(value: JsonValue, replace: (value: JsonValue) => string): JsonValue {
  if (!Array.isArray(value)) return saysNothing(value) ? value : replace(value);
  const replaced = value.map((element) => replaceEach(element, replace));
  return replaced.some((element, index) => element !== value[index]) ? replaced : value;
}

/** True for an object, or its JSON text. */
function holdsMembers(value: JsonValue): boolean {
  const read = typeof value === 'string' ? readJsonText(value) : undefined;
  const inner = typeof read === 'object' ? read.value : value;
  return objectOf(inner) !== undefined;
}

/**
 * Hides members of a record in place, also inside JSON texts, and tells which; undefined when nothing was hidden. What
 * both lists name is redacted. Members that an event cannot be without stay.
 */
export function hideMembers(record: JsonObject, redaction: Redaction): HiddenMembers | undefined {
  const hiding = new Hiding(redaction);
  hiding.members(
    record,
    [...redaction.redact, ...redaction.hash].map(({ first }) => first),
  );
  return hiding.count === 0 ? undefined : hiding;
}
