import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { JsonValue } from '#mapping/audit-event.ts';
import { FILTER_SETTINGS } from '#shared/configuration/filter-settings.ts';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { MAX_LIST_LENGTH } from '#mapping/rules/rule-list.ts';
import { MAX_PATH_LIST_BYTES } from '#mapping/rules/name-paths.ts';
import { corpusFiles, recordsOf } from '../mapping/corpus-records.ts';
import { mapOne } from '../mapping/map-one.ts';
import { rulesOf } from '../mapping/rules/rules.ts';
import { template } from '../template/deployed-template.ts';

type Parameter = 'IncludeRecords' | 'ExcludeRecords' | 'RedactFields' | 'HashFields';

const SETTING_OF = {
  IncludeRecords: 'INCLUDE_RECORDS',
  ExcludeRecords: 'EXCLUDE_RECORDS',
  RedactFields: 'REDACT_FIELDS',
  HashFields: 'HASH_FIELDS',
} as const;

const page = await readFile(new URL('../../docs/filter.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/([^\n]+):\n\n```yaml\n([^`]+)```/g)].map(
  ([, title = '', block = '']) => [title, parse(block) as Partial<Record<Parameter, string>>] as const,
);

function example(title: string, parameter: Parameter): string {
  const list = examples.find(([each]) => each.startsWith(title))?.[1][parameter];
  if (list === undefined) throw new Error(`docs/filter.md has no example "${title}"`);
  return list;
}

const RECORDS = corpusFiles()
  .filter((file) => !file.startsWith('o365/'))
  .flatMap(recordsOf);

/** Members of the events of the corpus whose text matches, as names, after mapping with these lists. */
function placesOf(pattern: RegExp, lists: Parameters<typeof rulesOf>[0]): Set<string> {
  const places = new Set<string>();
  const look = (value: JsonValue, path: string): void => {
    if (typeof value === 'string') {
      if (pattern.test(value)) places.add(path);
    } else if (Array.isArray(value)) {
      for (const each of value) look(each, path);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value)) look(each, `${path}/${name}`);
    }
  };
  for (const { bytes, offset } of RECORDS) {
    const outcome = mapOne(bytes, { offset }, rulesOf(lists));
    if (outcome.outcome === 'event') look(outcome.event.eventData as unknown as JsonValue, '');
  }
  return places;
}

const ADDRESS = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])|(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}/i;
const MAIL = /[\w.+-]+@[\w-]+\.[\w.]+/;

describe('docs/filter.md', () => {
  it.each(examples)('has an example that a deployment takes: %s', (_, lists) => {
    for (const [parameter, list] of Object.entries(lists) as [Parameter, string][]) {
      expect(list).toMatch(new RegExp(template.Parameters[parameter]?.AllowedPattern ?? '$^'));
      expect(list.length).toBeLessThanOrEqual(MAX_LIST_LENGTH);
      expect(() => readConfiguration(FILTER_SETTINGS, { [SETTING_OF[parameter]]: list })).not.toThrow();
    }
  });

  it('names the numbers of the code', () => {
    expect(examples).toHaveLength(6);
    expect(page).toContain(`at most ${MAX_LIST_LENGTH} characters`);
    expect(page).toContain(`more than ${MAX_PATH_LIST_BYTES.toLocaleString('en-US')} bytes`);
  });
});

describe('the examples, over every record of the corpus', () => {
  it('leave no address but version numbers and ranges of networks', () => {
    const redact = example('Redact addresses', 'RedactFields');

    expect(placesOf(ADDRESS, {}).size).toBeGreaterThan(10);
    expect([...placesOf(ADDRESS, { redact })].toSorted()).toEqual([
      '/additionalEventData/properties/subnetPrefix',
      '/additionalEventData/properties/userAgent',
      '/additionalEventData/properties/userAgentHeader',
      '/additionalEventData/userAgent',
      '/requestParameters/properties/deviceDetail/browser',
      '/userAgent',
    ]);
  });

  it('leave no e-mail address', () => {
    const hash = example('Hash names', 'HashFields');

    expect(placesOf(MAIL, {}).size).toBeGreaterThan(10);
    expect([...placesOf(MAIL, { hash })]).toEqual([]);
  });

  it('leave no claim and no body', () => {
    const redact = example('Redact all claims', 'RedactFields');
    const isOpen = (name: string): boolean => /\/(claims?|requestbody|responseBody)(\/|$)/i.test(name);

    const open = [...placesOf(/^(?!REDACTED$)./s, { redact })].filter(isOpen);

    expect(open).toEqual([]);
    expect([...placesOf(/./, {})].filter(isOpen).length).toBeGreaterThan(20);
  });

  it('leave out policy and health noise, and nothing else', () => {
    const exclude = example('Leave policy evaluations', 'ExcludeRecords');
    const left = RECORDS.filter(({ bytes, offset }) => {
      const outcome = mapOne(bytes, { offset }, rulesOf({ exclude }));
      return outcome.outcome === 'excluded';
    });

    expect(left.length).toBeGreaterThan(5);
    for (const { bytes } of left)
      expect(Buffer.from(bytes).toString()).toMatch(/"category": ?"(Policy|ResourceHealth|Recommendation)"/i);
  });
});
