import { readFile } from 'node:fs/promises';
import { bundleRecipes, compileBundles, type CompiledBundles } from '#local/build-bundles.ts';
import { readTemplate, TEMPLATE_FILE, type Template } from '#local/read-template.ts';
import { CATALOGUE, type TelemetryEvent } from '#shared/telemetry/catalogue.ts';

/** What the pages are written from. */
export interface PageFacts {
  readonly template: Template;
  /** Log lines that each service (`aggregator`) can write, by name. */
  readonly events: ReadonlyMap<string, readonly string[]>;
}

const SOURCES = new URL('src/', TEMPLATE_FILE);
const CATALOGUE_FILE = 'shared/telemetry/catalogue.ts';

/** Whether code can write an event: it has its name, or makes it of its first part (`aggregation.${outcome}`). */
function writes(source: string, event: string): boolean {
  return source.includes(`'${event}'`) || source.includes(`emit(\`${event.split('.')[0] ?? ''}.\${`);
}

/** The files of ours, below `src/`, of which something is in an output. */
function filesOf({ inputs }: CompiledBundles['outputs'][string]): string[] {
  return Object.entries(inputs)
    .filter(
      ([path, { bytesInOutput }]) =>
        bytesInOutput > 0 && !path.includes('node_modules') && path !== CATALOGUE_FILE,
    )
    .map(([path]) => path);
}

/** The value of the dimension `service` of a function's metrics. */
function serviceOf(template: Template, logicalId: string): string {
  const properties = template.Resources[logicalId]?.Properties ?? {};
  const { Variables: variables } = properties['Environment'] as {
    Variables: Readonly<Record<string, unknown>>;
  };
  return String(variables['POWERTOOLS_SERVICE_NAME']);
}

/** Reads the template, and bundles each function to see which log lines its code can write. */
export async function readPageFacts(): Promise<PageFacts> {
  const template = await readTemplate();
  const recipes = bundleRecipes(template);
  const { outputs } = await compileBundles(recipes, 'dist');
  const events = await Promise.all(
    recipes.map(async ({ logicalId, options }): Promise<[string, string[]]> => {
      const [entryPoint] = options.entryPoints as string[];
      const files = Object.values(outputs).flatMap((output) =>
        output.entryPoint === entryPoint ? filesOf(output) : [],
      );
      const sources = await Promise.all(files.map((path) => readFile(new URL(path, SOURCES), 'utf8')));
      return [
        serviceOf(template, logicalId),
        Object.keys(CATALOGUE).filter((event) => sources.some((source) => writes(source, event))),
      ];
    }),
  );
  return { template, events: new Map(events) };
}

function eventsOf(facts: PageFacts, service: string): [string, TelemetryEvent][] {
  const own = facts.events.get(service) ?? [];
  return Object.entries(CATALOGUE as Readonly<Record<string, TelemetryEvent>>).filter(([name]) =>
    own.includes(name),
  );
}

/** The log lines of a service that carry a metric, by name. */
export function eventsWith(facts: PageFacts, service: string, metric: string): [string, TelemetryEvent][] {
  return eventsOf(facts, service).filter(([, { metrics = {} }]) =>
    Object.values(metrics).some(({ name }) => name === metric),
  );
}

/** The errors of a service that are no metric, because they tell in detail what a metric counts. */
export function detailsOf(facts: PageFacts, service: string): [string, TelemetryEvent][] {
  return eventsOf(facts, service).filter(
    ([, { level, metrics }]) => level === 'error' && metrics === undefined,
  );
}
