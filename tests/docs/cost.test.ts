import { readFile } from 'node:fs/promises';
import { CATALOGUE, type TelemetryEvent } from '#shared/telemetry/catalogue.ts';
import { measureSizes } from '../../benchmarks/sizes.ts';
import { fixedCost, scopeDollars } from '../../scripts/pages/cost-tables.ts';
import { metricCounts } from '../../scripts/pages/metric-counts.ts';
import { readPageFacts, type PageFacts } from '../../scripts/pages/page-facts.ts';
import { SIZES } from '../../scripts/pages/prices.ts';
import { idsOf } from '../template/deployed-template.ts';

const page = await readFile(new URL('../../docs/cost.md', import.meta.url), 'utf8');
let facts: PageFacts;

beforeAll(async () => {
  facts = await readPageFacts();
});

it.each(Object.entries(SIZES))('the sizes of %s records are those that are measured', async (kind, sizes) => {
  const measured = (await measureSizes()).find(({ records }) => records === kind);

  // What the mapping adds to an event changes with it; the page need not.
  for (const [said, found] of [
    [sizes.record, measured?.['bytes of a record']],
    [sizes.event, measured?.['event / record']],
    [sizes.row, measured?.['gzip row / record']],
  ]) {
    expect(Math.abs(Number(found) / Number(said) - 1)).toBeLessThan(0.15);
  }
});

it('every alarm of the template is counted once, always or with the choice that makes it', () => {
  const table = fixedCost(facts);

  const always = Number(/^\| Alarms: (\d+) \|/m.exec(table)?.[1]);
  const chosen = [...table.matchAll(/^\| Alarms when [^|]+: (\d+) \|/gm)].map(([, count]) => Number(count));

  expect(chosen.reduce((sum, count) => sum + count, always)).toBe(idsOf('AWS::CloudWatch::Alarm').length);
});

it('every metric of the catalogue is counted for each function that writes it', () => {
  const names = metricCounts(facts).flatMap(({ always, sometimes, split }) => [
    ...always,
    ...sometimes,
    ...split.map((metric) => metric.replace(/ .*/, '')),
  ]);

  const catalogue = Object.entries(CATALOGUE as Readonly<Record<string, TelemetryEvent>>)
    .filter(([event]) => [...facts.events.values()].some((events) => events.includes(event)))
    .flatMap(([, { metrics = {} }]) => Object.values(metrics).map(({ name }) => name));

  expect([...new Set(names)].toSorted()).toEqual([...new Set(catalogue)].toSorted());
});

it('what 500 scopes cost is said as it is computed', () => {
  const dollars = Math.round((500 * scopeDollars()) / 5) * 5;

  expect(page).toContain(`500 subscriptions are about $${dollars} a month`);
});
