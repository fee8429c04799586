import { readFile } from 'node:fs/promises';
import { operationsPage } from '../../scripts/operations-page.ts';

it('docs/operations.md says what the code does (else: node scripts/generate-docs.ts)', async () => {
  const page = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');

  expect(page).toBe(operationsPage());
});
