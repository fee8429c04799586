import { readFile } from 'node:fs/promises';
import { FINDINGS } from '#shared/audit/finding.ts';

it('docs/audit.md explains every kind of finding, in the order of the code', async () => {
  const page = await readFile(new URL('../../docs/audit.md', import.meta.url), 'utf8');

  const explained = [...page.matchAll(/^\| `([\w-]+)` +\|/gm)].map(([, kind]) => kind);

  expect(explained).toEqual(Object.keys(FINDINGS));
});
