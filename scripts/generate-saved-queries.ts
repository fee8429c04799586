import { writeFile } from 'node:fs/promises';
import { rawTablesTemplate } from './raw-tables.ts';
import { savedQueriesTemplate } from './saved-queries.ts';

await writeFile(new URL('../queries/template.yaml', import.meta.url), await savedQueriesTemplate());
await writeFile(new URL('../queries/raw-tables.yaml', import.meta.url), rawTablesTemplate());
