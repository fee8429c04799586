import { NEEDED_PATHS, neededFor } from './needed-members.ts';
import { parseList, splitOutsideQuotes, type Parsed } from './rule-list.ts';
import { wildcard } from './wildcard.ts';

/** One step of a pattern: the name of a member, after any number of levels when it is `anyDepth`. */
export interface PathStep {
  readonly anyDepth: boolean;
  readonly matches: (lowerCaseName: string) => boolean;
  /** Undefined for the last step: what it matches is what the pattern is about. */
  readonly next: PathStep | undefined;
  readonly pattern: PathPattern;
}

/** Members of a record, by their path. */
export interface PathPattern {
  /** As it was configured. */
  readonly text: string;
  readonly first: PathStep;
}

interface StepText {
  readonly anyDepth: boolean;
  readonly name: string;
  /** True for a name in quotes or without a wildcard. */
  readonly isExact: boolean;
  readonly isQuoted: boolean;
}

const FORM = 'is no path of member names with dots between them';

/** A name as it stands between two dots; undefined when quotes stand in its middle, or it is empty. */
function stepOf(text: string, anyDepth: boolean): StepText | undefined {
  const quoted = /^"([^"]+)"$/.exec(text)?.[1];
  if (quoted !== undefined) return { anyDepth, name: quoted, isExact: true, isQuoted: true };
  if (text === '' || text.includes('"')) return undefined;
  return { anyDepth, name: text, isExact: !text.includes('*'), isQuoted: false };
}

function stepsOf(text: string): readonly StepText[] | string {
  const steps: StepText[] = [];
  let anyDepth = false;
  for (const part of splitOutsideQuotes(text, '.')) {
    if (part === '**') {
      anyDepth = true;
      continue;
    }
    const step = stepOf(part, anyDepth);
    if (step === undefined) return `${FORM}; put a name that holds a dot or a comma between double quotes`;
    steps.push(step);
    anyDepth = false;
  }
  return anyDepth ? `${FORM}; "**" stands for levels, so that a name or "*" must follow` : steps;
}

function compile(text: string, steps: readonly StepText[]): PathPattern {
  const pattern: { text: string; first: PathStep } = { text, first: undefined as never };
  let next: PathStep | undefined;
  for (const { anyDepth, name, isQuoted } of steps.toReversed()) {
    const exact = name.toLowerCase();
    const matches = isQuoted ? (given: string) => given === exact : wildcard(name);
    next = { anyDepth, matches, next, pattern };
  }
  if (next !== undefined) pattern.first = next;
  return pattern;
}

/** The steps that are next after a member of that name, and the first pattern that the member itself fulfils. */
export function advance(
  steps: readonly PathStep[],
  lowerCaseName: string,
): { readonly next: readonly PathStep[]; readonly matched: PathPattern | undefined } {
  const next: PathStep[] = [];
  let matched: PathPattern | undefined;
  for (const step of steps) {
    if (step.anyDepth && !next.includes(step)) next.push(step);
    if (!step.matches(lowerCaseName)) continue;
    if (step.next === undefined) matched ??= step.pattern;
    else if (!next.includes(step.next)) next.push(step.next);
  }
  return { next, matched };
}

function fulfils(pattern: PathPattern, path: readonly string[]): boolean {
  let ahead: readonly PathStep[] = [pattern.first];
  let isMatched = false;
  for (const name of path) {
    const { next, matched } = advance(ahead, name);
    ahead = next;
    isMatched = matched !== undefined;
  }
  return isMatched;
}

function isInside(steps: readonly StepText[], path: readonly string[]): boolean {
  const isStart = (name: string, index: number): boolean => {
    const step = steps[index];
    return step !== undefined && !step.anyDepth && step.isExact && step.name.toLowerCase() === name;
  };
  return steps.length > path.length && path.every(isStart);
}

/** What a needed member becomes when the pattern names it, or something in it: a wildcard passes over it instead. */
function refusedFor(pattern: PathPattern, steps: readonly StepText[]): string | undefined {
  const path = NEEDED_PATHS.find(
    (each) => (steps.at(-1)!.isExact && fulfils(pattern, each)) || isInside(steps, each),
  );
  return path === undefined ? undefined : neededFor(path);
}

/**
 * Reads a list of path patterns: `callerIpAddress, identity.claims.*, **.email`. Dots are between the levels, a comma
 * begins another path, a name that holds either stands in double quotes; `*` stands for any characters of a name, `**`
 * for any number of levels; letter case does not matter; arrays are no level.
 */
export function parsePathPatterns(list: string): Parsed<readonly PathPattern[]> {
  return parseList(list, ({ text }) => {
    const steps = stepsOf(text);
    if (typeof steps === 'string') return steps;
    const pattern = compile(text, steps);
    const needed = refusedFor(pattern, steps);
    return needed === undefined
      ? pattern
      : `names a member that every event needs for ${needed}; leave the whole record out by a filter rule instead`;
  });
}
