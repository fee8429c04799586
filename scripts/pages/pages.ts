import { operationsPage } from '../operations-page.ts';
import { collectionCost, graphLogs, office365Logs, readings } from './collected-logs.ts';
import { fixedCost, metricsTable, perMillion, perScope, pricesTable } from './cost-tables.ts';
import { keptTable } from './kept-table.ts';
import { withSection } from './markdown.ts';
import type { PageFacts } from './page-facts.ts';
import { parametersTable } from './parameters-table.ts';
import { rolesTable } from './roles-table.ts';

/** What stands in a named section of a page. */
type Sections = Readonly<Record<string, (facts: PageFacts) => string>>;

function sections(all: Sections) {
  return (page: string, facts: PageFacts): string =>
    Object.entries(all).reduce((written, [name, write]) => withSection(written, name, write(facts)), page);
}

/** Pages that are written from the code, whole or in part: what each becomes, given what it is. */
export const PAGES: Readonly<Record<string, (page: string, facts: PageFacts) => string>> = {
  'docs/operations.md': (_page, facts) => operationsPage(facts),
  'docs/deploy-aws.md': sections({
    parameters: ({ template }) => parametersTable(template),
    kept: ({ template }) => keptTable(template),
  }),
  'docs/security.md': sections({ roles: ({ template }) => rolesTable(template) }),
  'docs/collect.md': sections({
    'logs of Microsoft Graph': graphLogs,
    'logs of Office 365': office365Logs,
    readings,
    cost: collectionCost,
  }),
  'docs/cost.md': sections({
    'per million': perMillion,
    'per scope': perScope,
    'fixed cost': fixedCost,
    metrics: metricsTable,
    prices: pricesTable,
  }),
};
