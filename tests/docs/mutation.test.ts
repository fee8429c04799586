import { readFile } from 'node:fs/promises';
import { arguedMutants } from '../mutation/mutants.ts';

const ROOT = new URL('../../', import.meta.url);
const argued = arguedMutants(await readFile(new URL('docs/mutation.md', ROOT), 'utf8'));

/** Whether a mutant survives, only `npm run mutation` can tell; that its code is still there can be told at once. */
it.each(argued)('docs/mutation.md argues code that $file has: $before', async ({ file, before, after }) => {
  const source = await readFile(new URL(file, ROOT), 'utf8');

  expect(source.replaceAll(/\s+/g, ' ')).toContain(before);
  expect(after).not.toBe(before);
});

it('docs/mutation.md argues mutants', () => {
  expect(argued.length).toBeGreaterThan(0);
});
