import { parseList, type Parsed } from './rule-list.ts';
import { wildcard } from './wildcard.ts';

/** What a rule looks at, in lower case; undefined where the record does not tell: then no pattern matches. */
export interface RecordFacts {
  readonly category: string | undefined;
  readonly operation: string | undefined;
  readonly container: string;
  /** Segments of the resource id, without the slash in front. */
  readonly resource: readonly string[];
  readonly subscription: string | undefined;
  readonly tenant: string | undefined;
}

/** Records by what they are: a rule matches when all its conditions do. */
export interface FilterRule {
  /** As it was configured, which is how records that it leaves out are counted. */
  readonly name: string;
  readonly conditions: readonly ((facts: RecordFacts) => boolean)[];
}

type Condition = FilterRule['conditions'][number];

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function textCondition(
  textOf: (facts: RecordFacts) => string | undefined,
): (pattern: string) => Condition | string {
  return (pattern) => {
    const matches = wildcard(pattern);
    return (facts) => {
      const text = textOf(facts);
      return text !== undefined && matches(text);
    };
  };
}

/**
 * A subscription or tenant by its GUID, or a resource id and everything below it. Here `*` stays within a segment:
 * otherwise the name of one resource group would also match that of a resource in another.
 */
function scopeCondition(pattern: string): Condition | string {
  if (GUID.test(pattern)) {
    const id = pattern.toLowerCase();
    return ({ subscription, tenant }) => subscription === id || tenant === id;
  }
  const segments = pattern.replace(/\/$/, '').split('/').slice(1);
  if (!pattern.startsWith('/') || segments.length === 0 || segments.includes('')) {
    return 'has a scope that is neither the GUID of a subscription or tenant nor a resource id that begins with "/"';
  }
  const tests = segments.map(wildcard);
  return ({ resource }) =>
    resource.length >= tests.length && tests.every((matches, index) => matches(resource[index]!));
}

/** What a condition may be about. */
const KINDS: ReadonlyMap<string, (pattern: string) => Condition | string> = new Map([
  ['category', textCondition(({ category }) => category)],
  ['operation', textCondition(({ operation }) => operation)],
  ['container', textCondition(({ container }) => container)],
  ['scope', scopeCondition],
]);

const FORM = `"KIND:PATTERN", KIND one of ${[...KINDS.keys()].join(', ')}`;

function parseRule(text: string): FilterRule | string {
  const conditions: Condition[] = [];
  for (const part of text.split('&')) {
    const [, kind = '', pattern = ''] = /^\s*(\w+)\s*:\s*(.*?)\s*$/.exec(part) ?? [];
    const condition = pattern === '' ? undefined : KINDS.get(kind.toLowerCase())?.(pattern);
    if (condition === undefined) return `is not of the form ${FORM}`;
    if (typeof condition === 'string') return condition;
    conditions.push(condition);
  }
  return { name: text, conditions };
}

/**
 * Reads a list of filter rules: `category:Policy, operation:*\/read & scope:/subscriptions/…`. A comma begins another
 * rule, `&` another condition of the same rule; letter case does not matter; `*` stands for any characters.
 */
export function parseFilterRules(list: string): Parsed<readonly FilterRule[]> {
  return parseList(list, ({ text }) => parseRule(text));
}
