import { operationsPage } from '../operations-page.ts';
import type { PageFacts } from './page-facts.ts';

/** Pages that are written from the code, whole or in part: what each becomes, given what it is. */
export const PAGES: Readonly<Record<string, (page: string, facts: PageFacts) => string>> = {
  'docs/operations.md': (_page, facts) => operationsPage(facts),
};
