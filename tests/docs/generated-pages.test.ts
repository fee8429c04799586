import { readFile } from 'node:fs/promises';
import { CATALOGUE } from '#shared/telemetry/catalogue.ts';
import { readPageFacts, type PageFacts } from '../../scripts/pages/page-facts.ts';
import { PAGES } from '../../scripts/pages/pages.ts';

let facts: PageFacts;

beforeAll(async () => {
  facts = await readPageFacts();
});

it.each(Object.entries(PAGES))(
  '%s says what the code does (else: node scripts/generate-docs.ts)',
  async (path, write) => {
    const page = await readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

    const written = write(page, facts);

    expect(page).toBe(written);
  },
);

it('every log line is written by a function, and each function writes some', () => {
  const written = new Set([...facts.events.values()].flat());

  const missing = Object.keys(CATALOGUE).filter((event) => !written.has(event));
  expect(missing).toEqual([]);
  for (const events of facts.events.values()) expect(events.length).toBeGreaterThan(2);
});
