import { writeFile } from 'node:fs/promises';
import { savedQueriesTemplate } from './saved-queries.ts';

await writeFile(new URL('../queries/template.yaml', import.meta.url), await savedQueriesTemplate());
