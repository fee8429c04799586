import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Metafile, type OutputFile } from 'esbuild';
import { readTemplate, TEMPLATE_FILE, type Template } from './read-template.ts';

/** A Lambda bundle on disk. */
export interface LambdaBundle {
  /** Folder of the function below `src/` (`aggregator`). */
  readonly name: string;
  /** Logical id of the function in the template (`AggregatorFunction`). */
  readonly logicalId: string;
  /** Absolute path of `handler.mjs`; its source map stands beside it. */
  readonly file: string;
  /** Size of `handler.mjs`. */
  readonly bytes: number;
}

/** What one function of the template is built from. */
export interface BundleRecipe {
  readonly name: string;
  readonly logicalId: string;
  readonly options: BuildOptions;
}

interface Flag {
  readonly option: string;
  readonly read: (value: unknown) => unknown;
}

const asIs = (value: unknown): unknown => value;
const commaSeparated = (value: unknown): unknown => String(value).split(',');
const keyed = (value: unknown): unknown =>
  Object.fromEntries(
    (value as string[]).map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  );

/**
 * The BuildProperties that the template uses, as esbuild's JavaScript interface calls them. `sam build` turns each into
 * a command line flag: `true` into `--name`, a text into `--name=text`, a list into one `--name:item` each.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build-typescript.html
 */
const FLAGS: Readonly<Record<string, Flag>> = {
  EntryPoints: { option: 'entryPoints', read: asIs },
  Format: { option: 'format', read: asIs },
  Target: { option: 'target', read: commaSeparated },
  Minify: { option: 'minify', read: asIs },
  Sourcemap: { option: 'sourcemap', read: asIs },
  SourcesContent: { option: 'sourcesContent', read: (value) => value === 'true' },
  LegalComments: { option: 'legalComments', read: asIs },
  MainFields: { option: 'mainFields', read: commaSeparated },
  OutExtension: { option: 'outExtension', read: keyed },
  Banner: { option: 'banner', read: keyed },
};

/** The esbuild options of each function of the template. Throws when one uses a property that is not known here. */
export function bundleRecipes(template: Template): BundleRecipe[] {
  return Object.entries(template.Resources)
    .filter(([, { Metadata }]) => Metadata?.['BuildMethod'] === 'esbuild')
    .map(([logicalId, { Metadata }]) => {
      const properties = Metadata?.['BuildProperties'] as Readonly<Record<string, unknown>>;
      const options = Object.entries(properties).map(([name, value]) => {
        const flag = FLAGS[name];
        if (!flag)
          throw new Error(`template.yaml: ${logicalId}: BuildProperties.${name} is not known to the build`);
        return [flag.option, flag.read(value)];
      });
      const [entryPoint = ''] = properties['EntryPoints'] as string[];
      return {
        name: entryPoint.split('/')[0] ?? '',
        logicalId,
        options: Object.fromEntries(options) as BuildOptions,
      };
    });
}

/** What is built, and where to. */
export interface BuildTarget {
  /** Absolute path of the folder that the bundles are written to. */
  readonly outDir: string;
  /** Folders of the functions below `src/`; without them every function of the template. */
  readonly names?: readonly string[];
}

/** What esbuild made of recipes. */
export interface CompiledBundles {
  readonly outputFiles: readonly OutputFile[];
  /** What each output was made of, by its path from `src/`. */
  readonly outputs: Metafile['outputs'];
}

function optionsInCommon({ options: { entryPoints: _own, ...shared } }: BundleRecipe): string {
  return JSON.stringify(shared);
}

/**
 * Compiles recipes for `<outDir>/<name>/handler.mjs`, those with the same options together, because esbuild then reads
 * once what they share. Writes nothing. Throws esbuild's BuildFailure.
 */
export async function compileBundles(
  recipes: readonly BundleRecipe[],
  outDir: string,
): Promise<CompiledBundles> {
  const alike = Map.groupBy(recipes, optionsInCommon).values();
  const compiled = await Promise.all(
    Array.from(alike, (group) =>
      build({
        ...group[0]?.options,
        entryPoints: group.map(({ name, options }) => ({
          in: String((options.entryPoints as string[])[0]),
          out: `${name}/handler`,
        })),
        // What `sam build` adds to the properties, and where it stands when it calls esbuild.
        bundle: true,
        platform: 'node',
        absWorkingDir: fileURLToPath(new URL('src/', TEMPLATE_FILE)),
        outdir: outDir,
        logLevel: 'silent',
        metafile: true,
        write: false,
      }),
    ),
  );
  return {
    outputFiles: compiled.flatMap(({ outputFiles }) => outputFiles),
    outputs: Object.assign({}, ...compiled.map(({ metafile }) => metafile.outputs)) as Metafile['outputs'],
  };
}

/** Another process may be starting the function from this very file, so it is replaced whole. */
async function replaceFile({ path, contents }: OutputFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const written = `${path}.${randomUUID()}`;
  await writeFile(written, contents);
  await rename(written, path);
}

/**
 * Builds Lambdas of the template to `<outDir>/<name>/handler.mjs`, with the esbuild options that `sam build` reads from
 * the template, so that the laptop runs the bytes that are deployed. Throws esbuild's BuildFailure, and an Error for a
 * name that the template does not have.
 */
export async function buildBundles({ outDir, names }: BuildTarget): Promise<LambdaBundle[]> {
  const recipes = bundleRecipes(await readTemplate()).filter(({ name }) => names?.includes(name) ?? true);
  const missing = names?.find((name) => !recipes.some((recipe) => recipe.name === name));
  if (missing !== undefined)
    throw new Error(`template.yaml has no function that is built from src/${missing}`);
  const { outputFiles } = await compileBundles(recipes, outDir);
  for (const file of outputFiles) await replaceFile(file);
  return recipes.map(({ name, logicalId }) => {
    const file = join(outDir, name, 'handler.mjs');
    const bytes = outputFiles.find(({ path }) => path === file)?.contents.length ?? 0;
    return { name, logicalId, file, bytes };
  });
}
