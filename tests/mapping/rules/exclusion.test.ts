import { corpusFiles, recordsOf } from '../corpus-records.ts';
import { administrative, mapOne } from '../map-one.ts';
import { rulesOf } from './rules.ts';

const SUBSCRIPTION = 'AAAAAAAA-0000-0000-0000-000000000001';
const ACTIVITY = {
  name: `resourceId=/SUBSCRIPTIONS/${SUBSCRIPTION}/RESOURCEGROUPS/LOGS/y=2026/m=11/d=20/h=10/m=00/PT1H.json`,
  container: 'insights-activity-logs',
};
const ENTRA = { name: `tenantId=${SUBSCRIPTION}/y=2026/m=11/d=20/h=10/m=00/PT1H.json`, container: '' };

function outcomeOf(record: object | string, lists: Parameters<typeof rulesOf>[0], origin: object = ACTIVITY) {
  const outcome = mapOne(record, origin, rulesOf(lists));
  return outcome.outcome === 'excluded' ? outcome.rule : outcome.outcome;
}

describe('with include and exclude rules', () => {
  it.each([
    ['no rule', {}, 'event'],
    ['an include rule that names it', { include: 'category:Policy, category:Administrative' }, 'event'],
    ['include rules that do not', { include: 'category:Policy' }, 'no include rule'],
    ['an exclude rule that names it', { exclude: 'category:Policy, category:admin*' }, 'category:admin*'],
    ['both', { include: 'category:*', exclude: 'operation:*/write' }, 'operation:*/write'],
    ['an exclude rule that does not', { exclude: 'category:Policy' }, 'event'],
  ])('%s: a record becomes %j %s', (_, lists, expected) => {
    expect(outcomeOf(administrative({}), lists)).toBe(expected);
  });
});

describe('the scope of a record is', () => {
  it.each([
    [
      'its resource id',
      { resourceId: '/SUBSCRIPTIONS/S/RESOURCEGROUPS/WEB' },
      '/subscriptions/S/resourceGroups/web',
    ],
    [
      'a resource id without the slash',
      { resourceId: 'subscriptions/S/resourceGroups/WEB' },
      '/subscriptions/S',
    ],
    ['the path of its log object', {}, `/subscriptions/${SUBSCRIPTION}/resourceGroups/logs`],
    ['the subscription of its log object', {}, SUBSCRIPTION],
    [
      'its tenant',
      { tenantId: 'BBBBBBBB-0000-0000-0000-000000000002' },
      'bbbbbbbb-0000-0000-0000-000000000002',
    ],
  ])('%s', (_, members, scope) => {
    expect(outcomeOf(administrative(members), { exclude: `scope:${scope}` })).toBe(`scope:${scope}`);
  });

  it('the tenant that its log object is of', () => {
    const rule = `scope:/tenants/${SUBSCRIPTION}`;

    expect(outcomeOf(administrative({}), { exclude: rule }, ENTRA)).toBe(rule);
  });

  it('its own resource, where the log object is of another', () => {
    const record = administrative({ resourceId: '/subscriptions/S/resourceGroups/web' });

    expect(outcomeOf(record, { exclude: `scope:/subscriptions/${SUBSCRIPTION}` })).toBe('event');
  });
});

describe('what is no record is a reject, whatever the rules say', () => {
  it.each([
    ['{"category":"Policy"', 'reject'],
    ["{'category':'Policy'}", 'reject'],
    ['[]', 'reject'],
  ])('%s', (text, expected) => {
    for (const lists of [{ include: 'category:Administrative' }, { exclude: 'category:*' }])
      expect(outcomeOf(text, lists)).toBe(expected);
  });

  it('a record without a time is one, and may be named', () => {
    expect(outcomeOf({ category: 'Policy' }, {})).toBe('reject');
    expect(outcomeOf({ category: 'Policy' }, { exclude: 'category:Policy' })).toBe('category:Policy');
  });
});

it('every record of the corpus is delivered, rejected or excluded as its category says, and no other', () => {
  const rules = rulesOf({ exclude: 'category:Policy, category:Administrative' });
  const different = corpusFiles()
    .flatMap(recordsOf)
    .filter(({ bytes, offset }) => {
      const without = mapOne(bytes, { offset });
      const outcome = mapOne(bytes, { offset }, rules);
      if (outcome.outcome !== 'excluded') return JSON.stringify(outcome) !== JSON.stringify(without);
      return !/"category" ?: ?("|\{[^}]*")(policy|administrative)"/i.test(Buffer.from(bytes).toString());
    });

  expect(different.map(({ file, offset }) => ({ file, offset }))).toEqual([]);
});

it('include and exclude of the same rules share the records of the corpus between them', () => {
  const list = 'category:Policy, category:SignInLogs, operation:*/write';
  const records = corpusFiles().flatMap(recordsOf);
  const counts = { both: 0, neither: 0, included: 0, excluded: 0 };
  for (const { bytes, offset } of records) {
    const isLeft = (lists: Parameters<typeof rulesOf>[0]): boolean =>
      mapOne(bytes, { offset }, rulesOf(lists)).outcome === 'excluded';
    const [byInclude, byExclude] = [isLeft({ include: list }), isLeft({ exclude: list })];
    if (byInclude && byExclude) counts.neither += 1;
    else if (byInclude) counts.excluded += 1;
    else if (byExclude) counts.included += 1;
    else counts.both += 1;
  }

  expect(counts.neither).toBe(0);
  expect(counts.included).toBeGreaterThan(50);
  expect(counts.excluded).toBeGreaterThan(50);
  // Only what cannot be read is left out by neither: it is a reject each time.
  const unreadable = records.filter(({ bytes }) => {
    const outcome = mapOne(bytes);
    return outcome.outcome === 'reject' && outcome.reason === 'NOT_JSON';
  });
  expect(counts.both).toBe(unreadable.length);
});
