import { writeFile } from 'node:fs/promises';
import { operationsPage } from './operations-page.ts';

await writeFile(new URL('../docs/operations.md', import.meta.url), operationsPage());
