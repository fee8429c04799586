import * as fc from 'fast-check';
import { parseFilterRules, type RecordFacts } from '#mapping/rules/filter-rules.ts';
import { MAX_LIST_LENGTH } from '#mapping/rules/rule-list.ts';
import { rulesOf } from './rules.ts';

const SUBSCRIPTION = 'aaaaaaaa-0000-0000-0000-000000000001';
const TENANT = 'bbbbbbbb-0000-0000-0000-000000000002';

const FACTS: RecordFacts = {
  category: 'administrative',
  operation: 'microsoft.storage/storageaccounts/listkeys/action',
  container: 'insights-activity-logs',
  resource:
    `subscriptions/${SUBSCRIPTION}/resourcegroups/production/providers/microsoft.web/sites/shop`.split('/'),
  subscription: SUBSCRIPTION,
  tenant: TENANT,
};

function matches(rule: string, facts: Partial<RecordFacts> = {}): boolean {
  const [parsed] = rulesOf({ exclude: rule }).filter!.exclude;
  return parsed!.conditions.every((condition) => condition({ ...FACTS, ...facts }));
}

function problemsOf(list: string): readonly string[] {
  const parsed = parseFilterRules(list);
  return 'problems' in parsed ? parsed.problems : [];
}

describe('a rule names a record', () => {
  it.each([
    'category:Administrative',
    'CATEGORY : administrative',
    'category:admin*',
    'operation:Microsoft.Storage/*',
    'operation:*/listKeys/action',
    'container:insights-activity-logs',
    'container:insights-*',
    `scope:${SUBSCRIPTION.toUpperCase()}`,
    `scope:${TENANT}`,
    `scope:/subscriptions/${SUBSCRIPTION}`,
    `scope:/subscriptions/${SUBSCRIPTION}/`,
    'scope:/subscriptions/*/resourceGroups/prod*',
    'scope:/subscriptions/*/resourceGroups/production/providers/Microsoft.Web/sites/shop',
    'category:Administrative & scope:/subscriptions/*/resourceGroups/production & operation:*listKeys*',
  ])('by %s', (rule) => {
    expect(matches(rule)).toBe(true);
  });

  it.each([
    'category:Admin',
    'category:Policy',
    'operation:listKeys',
    'operation:Microsoft.Web/*',
    'container:insights-logs-*',
    'scope:cccccccc-0000-0000-0000-000000000003',
    // Part of a segment is another name.
    'scope:/subscriptions/*/resourceGroups/prod',
    // A star stays in its segment: or "*-shop" of one resource group would be a site in another.
    'scope:/subscriptions/*/shop',
    'scope:/subscriptions/*/resourceGroups/production/providers/Microsoft.Web/sites/shop/slots/blue',
    'category:Administrative & scope:cccccccc-0000-0000-0000-000000000003',
  ])('and not by %s', (rule) => {
    expect(matches(rule)).toBe(false);
  });

  it.each([
    ['category:*', { category: undefined }],
    ['operation:*', { operation: undefined }],
    ['scope:/*', { resource: [] }],
    [`scope:${TENANT}`, { tenant: undefined }],
  ])('%s names none that does not tell: %j', (rule, facts) => {
    expect(matches(rule, facts)).toBe(false);
  });
});

describe('a list of rules', () => {
  it('keeps the text of each, by which its records are counted', () => {
    const { exclude } = rulesOf({ exclude: ' category:Policy ,operation:*/read & container:a-b' }).filter!;

    expect(exclude.map(({ name }) => name)).toEqual(['category:Policy', 'operation:*/read & container:a-b']);
  });

  it.each(['', '  '])('that is empty (%j) has none', (list) => {
    expect(parseFilterRules(list)).toEqual({ rules: [] });
  });

  it('names every wrong entry together, by its place, and says what is allowed', () => {
    const problems = problemsOf('category:Policy, categroy:Policy, scope:production, , operation:, category');

    expect(problems).toEqual([
      'entry 2 is not of the form "KIND:PATTERN", KIND one of category, operation, container, scope',
      'entry 3 has a scope that is neither the GUID of a subscription or tenant nor a resource id that begins with "/"',
      'entry 4 is empty',
      'entry 5 is not of the form "KIND:PATTERN", KIND one of category, operation, container, scope',
      'entry 6 is not of the form "KIND:PATTERN", KIND one of category, operation, container, scope',
    ]);
  });

  it.each(['scope:/', 'scope://', 'scope:/subscriptions//a', 'constructor:a', '__proto__:a', 'category:a &'])(
    'takes no %s',
    (list) => {
      expect(problemsOf(list)).toHaveLength(1);
    },
  );

  it(`has at most ${MAX_LIST_LENGTH} printable ASCII characters, so that Lambda's environment and a metric hold it`, () => {
    const longest = `category:${'a'.repeat(MAX_LIST_LENGTH - 9)}`;

    expect(problemsOf(longest)).toEqual([]);
    expect(problemsOf(`${longest}a`)).toEqual([expect.stringContaining('has 513 characters')]);
    expect(problemsOf('category:Änderung')).toEqual([expect.stringContaining('ASCII')]);
  });

  it('is rules or problems, whatever it holds, and no problem repeats it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 6, maxLength: 40 }), (text) => {
        const problems = problemsOf(`category:ok, ${text}`);

        expect(problems.some((problem) => problem.includes(text))).toBe(false);
      }),
    );
  });
});
