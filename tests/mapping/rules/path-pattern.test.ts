import * as fc from 'fast-check';
import { advance, parsePathPatterns, type PathStep } from '#mapping/rules/path-pattern.ts';
import { rulesOf } from './rules.ts';

function matches(pattern: string, ...names: readonly string[]): boolean {
  let steps: readonly PathStep[] = rulesOf({ redact: pattern }).redaction!.redact.map(({ first }) => first);
  let isMatched = false;
  for (const name of names) {
    const { next, matched } = advance(steps, name.toLowerCase());
    steps = next;
    isMatched = matched !== undefined;
  }
  return isMatched;
}

function problemsOf(list: string): readonly string[] {
  const parsed = parsePathPatterns(list);
  return 'problems' in parsed ? parsed.problems : [];
}

const NAME = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name';

describe('a path pattern names', () => {
  it.each([
    ['callerIpAddress', ['callerIpAddress']],
    ['CALLERIPADDRESS', ['callerIpAddress']],
    ['identity.claims.*', ['identity', 'claims', NAME]],
    [`identity.claims."${NAME}"`, ['identity', 'claims', NAME]],
    ['identity.claims.*/claims/name', ['identity', 'claims', NAME]],
    ['**.email', ['email']],
    ['**.email', ['a', 'b', 'email']],
    ['properties.**.id', ['properties', 'id']],
    ['properties.**.id', ['properties', 'a', 'b', 'id']],
    ['**.user.**.mail*', ['a', 'user', 'b', 'user', 'mailBox']],
    ['"a,b"."*"', ['a,b', '*']],
    [' a . b ', ['a', 'b']],
  ])('%s: %j', (pattern, path) => {
    expect(matches(pattern, ...path)).toBe(true);
  });

  it.each([
    ['identity.claims.*', ['identity', 'claims']],
    ['identity.claims.*', ['identity', 'claims', 'a', 'b']],
    ['identity.claims.name', ['identity', 'claims', NAME]],
    ['email', ['a', 'email']],
    ['**.email', ['email', 'a']],
    ['"a*"', ['ab']],
    ['*', ['a', 'b']],
  ])('and %s not %j', (pattern, path) => {
    expect(matches(pattern, ...path)).toBe(false);
  });
});

describe('a list of paths', () => {
  it('names every wrong entry together, by its place', () => {
    const problems = problemsOf('a..b, .a, a"b');

    expect(problems).toEqual([
      expect.stringMatching(
        /^entry 1 is no path .* put a name that holds a dot or a comma between double quotes$/,
      ),
      expect.stringMatching(/^entry 2 is no path/),
      expect.stringMatching(/^entry 3 is no path/),
    ]);
    expect(problemsOf('identity.**, **')).toEqual([
      expect.stringMatching(/^entry 1 .*"\*\*" stands for levels, so that a name or "\*" must follow$/),
      expect.stringMatching(/^entry 2 /),
    ]);
  });

  it.each([
    ['time', 'eventTime'],
    ['TIME', 'eventTime'],
    ['eventTimestamp', 'eventTime'],
    ['properties.createdDateTime', 'eventTime'],
    ['*.activityDateTime', 'eventTime'],
    ['**.time', 'eventTime'],
    ['operationName', 'eventName'],
    ['operationName.localizedValue', 'eventName'],
    ['category', 'its family'],
  ])('may not name %s, which an event needs for %s', (path, what) => {
    expect(problemsOf(`callerIpAddress, ${path}`)).toEqual([
      `entry 2 names a member that every event needs for ${what}; leave the whole record out by a filter rule instead`,
    ]);
  });

  it.each(['*', 'properties.*', 'properties', '**.id', '*.localizedValue', 'properties.zone.time'])(
    'may name %s, and a wildcard passes over what an event needs',
    (path) => {
      expect(problemsOf(path)).toEqual([]);
    },
  );

  it('is patterns or problems, whatever it holds, and no problem repeats it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '"', '.', '*', ',', '~', ' ', '\u0000'), minLength: 6 }),
        (list) => {
          const problems = problemsOf(list);

          expect(problems.some((problem) => problem.includes(list))).toBe(false);
        },
      ),
    );
  });
});
