import { readFile, writeFile } from 'node:fs/promises';
import { readPageFacts } from './pages/page-facts.ts';
import { PAGES } from './pages/pages.ts';

const facts = await readPageFacts();
for (const [path, write] of Object.entries(PAGES)) {
  const file = new URL(`../${path}`, import.meta.url);
  await writeFile(file, write(await readFile(file, 'utf8'), facts));
}
