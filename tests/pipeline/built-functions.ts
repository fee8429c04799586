import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { buildBundles, type LambdaBundle } from '#local/build-bundles.ts';
import type { InvocationResult } from '#local/lambda/invocation.ts';
import { createLambdaFunction, type LocalLambdaFunction } from '#local/lambda/runtime.ts';
import { lambdaEnvironment, LOCAL_REGION, type LocalCloud } from '#local/local-cloud.ts';
import type { Settings } from '#shared/configuration/read-configuration.ts';
import { CONTAINER, line, type Pipeline } from './pipeline.ts';

/** Changes to the environment of a function; undefined takes a variable away. */
export type EnvironmentChange = Readonly<Record<string, string | undefined>>;

/** The bundles that are deployed, in a folder of their own, run by the local Lambda. */
export class BuiltFunctions {
  readonly #folder: string;
  readonly #bundles: readonly LambdaBundle[];
  readonly #running: LocalLambdaFunction[] = [];

  private constructor(folder: string, bundles: readonly LambdaBundle[]) {
    this.#folder = folder;
    this.#bundles = bundles;
  }

  /** Builds the functions of these folders below `src/`. */
  static async build(...names: readonly string[]): Promise<BuiltFunctions> {
    const folder = await mkdtemp(join(tmpdir(), 'crosstrail-bundles-'));
    return new BuiltFunctions(folder, await buildBundles({ outDir: folder, names }));
  }

  async close(): Promise<void> {
    await this.end();
    await rm(this.#folder, { recursive: true });
  }

  /** Ends what runs, so that the next function starts cold. */
  async end(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((lambda) => lambda.close()));
  }

  /** A function in the environment that the local deployment gives it, with these changes. */
  create(
    name: string,
    cloud: LocalCloud,
    change: EnvironmentChange = {},
    timeoutSeconds = 180,
  ): LocalLambdaFunction {
    const bundle = this.#bundles.find((each) => each.name === name);
    if (bundle === undefined) throw new Error(`src/${name} was not built`);
    const environment = {
      ...lambdaEnvironment(cloud, [CONTAINER]),
      POWERTOOLS_SERVICE_NAME: name,
      ...change,
    };
    const lambda = createLambdaFunction({
      functionName: name,
      bundle: bundle.file,
      environment: Object.fromEntries(
        Object.entries(environment).flatMap(([variable, value]) =>
          value === undefined ? [] : [[variable, value]],
        ),
      ),
      timeoutSeconds,
      memoryMegabytes: 512,
      region: LOCAL_REGION,
    });
    this.#running.push(lambda);
    return lambda;
  }
}

/** Settings that have to be given. */
export function requiredOf(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, { fallback }]) => (fallback === undefined ? [name] : []));
}

/** A file of `events/`. */
export async function eventOf(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`../../events/${name}`, import.meta.url), 'utf8'));
}

/** Lines of the function's log that are entries of the catalogue. */
export function loggedBy({ logLines }: InvocationResult): Record<string, unknown>[] {
  return logLines
    .filter(({ text }) => text.startsWith('{"level"'))
    .map(({ text }) => JSON.parse(text) as Record<string, unknown>);
}

/** Metrics of the function in embedded metric format. */
export function metricsOf({ logLines }: InvocationResult): Record<string, unknown> {
  const metrics = logLines.filter(({ text }) => text.startsWith('{"_aws"'));
  return Object.assign({}, ...metrics.map(({ text }) => JSON.parse(text) as object)) as Record<
    string,
    unknown
  >;
}

/** Everything that the function let out: its log, its result, its error. */
export function everythingOf(result: InvocationResult): string {
  return JSON.stringify(result);
}

/** Three records of together exactly `bytes` bytes. */
export function recordsOf(bytes: number): string {
  const two = line('first') + line('second');
  return two + line('x'.repeat(bytes - two.length - line('').length));
}

/** Creates a log object at the moment that the events of `events/` name as its generation. */
export async function appendAt(
  pipeline: Pipeline,
  moment: string,
  name: string,
  content: string,
): Promise<void> {
  // Azurite runs in this process and takes the creation time from its clock.
  jest.useFakeTimers({
    now: Date.parse(moment),
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
  try {
    await pipeline.append(name, content);
  } finally {
    jest.useRealTimers();
  }
}
