import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildBundles, bundleRecipes, type LambdaBundle } from '#local/build-bundles.ts';
import { parseTemplate } from '#local/read-template.ts';
import { idsOf, properties, template } from './deployed-template.ts';
import { actionsOf } from './permissions.ts';

/**
 * Most that a bundle may weigh, in bytes. Every 100 kB costs about 10 ms of a cold start; a new dependency that breaks
 * this is to be weighed, not waved through. Signing in with the role instead of a secret costs 320 kB: @azure/identity
 * (whose sign-in library MSAL is most of it) and the client of STS.
 */
const BUDGET = {
  aggregator: 1_420_000,
  auditor: 1_550_000,
  processor: 1_660_000,
  replayer: 1_620_000,
  'graph-collector': 1_040_000,
  'office365-collector': 1_040_000,
} as const;

async function sourcesOf(file: string): Promise<string[]> {
  const map = JSON.parse(await readFile(`${file}.map`, 'utf8')) as { sources: string[] };
  return map.sources;
}

describe('the bundles', () => {
  let outDir: string;
  let bundles: readonly LambdaBundle[];

  beforeAll(async () => {
    outDir = await mkdtemp(join(tmpdir(), 'crosstrail-bundles-'));
    bundles = await buildBundles({ outDir });
  });

  afterAll(async () => {
    await rm(outDir, { recursive: true, force: true });
  });

  it('are those of every function of the template', () => {
    expect(bundles.map(({ logicalId }) => logicalId).toSorted()).toEqual(
      idsOf('AWS::Serverless::Function').toSorted(),
    );
    expect(bundles.map(({ name }) => name).toSorted()).toEqual(Object.keys(BUDGET).toSorted());
  });

  it.each(Object.entries(BUDGET))('%s stays within its budget', (name, budget) => {
    const bundle = bundles.find((candidate) => candidate.name === name);

    expect(bundle?.bytes).toBeGreaterThan(0);
    expect(bundle?.bytes).toBeLessThanOrEqual(budget);
  });

  it.each(Object.keys(BUDGET))(
    '%s holds nothing of the local cloud, the CLI or another Lambda',
    async (name) => {
      const sources = await sourcesOf(join(outDir, name, 'handler.mjs'));

      const own = sources.filter(
        (source) => /\/src\/[^/]+\//.test(source) && !source.includes('node_modules'),
      );
      const rooms = new Set(own.map((source) => /\/src\/([^/]+)\//.exec(source)?.[1]));

      expect(rooms).toContain(name);
      expect([...rooms].filter((room) => ![name, 'shared', 'mapping'].includes(room ?? ''))).toEqual([]);
    },
  );

  // The classes that read and write checkpoints come whole, and what reads the log objects of collectors is there without
  // them.
  it.each([
    ['aggregator', 'AggregatorRole', []],
    ['processor', 'ProcessorRole', ['Query']],
    ['auditor', 'AuditorRole', ['PutItem']],
    ['replayer', 'ReplayerRole', []],
    ['graph-collector', 'GraphCollectorRole', []],
    ['office365-collector', 'Office365CollectorRole', []],
  ])('%s calls what its role grants, and its role grants what it calls', async (name, roleId, carried) => {
    const sources = await sourcesOf(join(outDir, name, 'handler.mjs'));
    const own = sources.filter((source) => !source.includes('node_modules'));
    const code = await Promise.all(own.map((source) => readFile(join(outDir, name, source), 'utf8')));

    const calls = code.join('\n').matchAll(/\bnew (\w+?)(?:Batch)?Command\b|\bpaginate(\w+)\(/g);
    const callable = new Set(
      [...calls].map(([, command, paged]) => ACTIONS[command ?? paged ?? ''] ?? String(command)),
    );
    const granted = actionsOf(roleId)
      .filter((action) => callable.has(action.split(':')[1] ?? '') || !isNeededUncalled(action, callable))
      .map((action) => String(action.split(':')[1]));

    expect(granted.toSorted()).toEqual([...callable].filter((call) => !carried.includes(call)).toSorted());
  });

  it.each(Object.keys(BUDGET))(
    '%s starts without its dependencies beside it and exports the handler',
    async (name) => {
      const module = (await import(pathToFileURL(join(outDir, name, 'handler.mjs')).href)) as {
        handler?: unknown;
      };

      expect(typeof module.handler).toBe('function');
    },
  );
});

/** Actions of S3 that are not called as the request is. */
const ACTIONS: Readonly<Record<string, string>> = { HeadObject: 'GetObject', ListObjectsV2: 'ListBucket' };

/** Actions that the poller, the log driver and the tracer of Lambda need, not the code. */
const OF_LAMBDA = new Set([
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
]);

/**
 * Whether a role needs an action that its code does not call. Beside those of Lambda that is the one without which S3
 * answers a reader with 403 for an object that is gone. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
function isNeededUncalled(action: string, callable: ReadonlySet<string>): boolean {
  return OF_LAMBDA.has(action) || (action === 's3:ListBucket' && callable.has('GetObject'));
}

describe('the recipe in the template', () => {
  it('is the same for all functions but for the entry point', () => {
    const [first, ...others] = bundleRecipes(template).map(
      ({ options: { entryPoints: _own, ...shared } }) => shared,
    );

    for (const other of others) expect(other).toEqual(first);
  });

  it('is for the runtime and the architecture that run it', () => {
    expect(template.Globals.Function).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'handler.handler',
    });
    for (const { options } of bundleRecipes(template)) {
      expect(options).toMatchObject({
        format: 'esm',
        target: ['node24'],
        minify: true,
        sourcemap: true,
        sourcesContent: false,
        mainFields: ['module', 'main'],
        outExtension: { '.js': '.mjs' },
      });
      expect(options.external).toBeUndefined();
    }
    expect(properties('ProcessorFunction')['Runtime']).toBeUndefined();
  });

  it('names a property that the build does not know, instead of building something else', () => {
    const strange = parseTemplate(
      'Resources: { F: { Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [f/handler.ts], Splitting: true } } } }',
    );

    expect(() => bundleRecipes(strange)).toThrow('F: BuildProperties.Splitting is not known');
  });
});

describe('reading a template', () => {
  it('refuses a short form that it does not know', () => {
    expect(() => parseTemplate('A: !ImportValue x')).toThrow('ImportValue');
  });
});
