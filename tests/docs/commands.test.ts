import { readFile, readdir } from 'node:fs/promises';
import { CATALOGUE, type TelemetryEvent } from '#shared/telemetry/catalogue.ts';
import { crosstrail } from '../cli/crosstrail.ts';
import { template } from '../template/deployed-template.ts';
import { refusals } from '../template/refusals.ts';

const ROOT = new URL('../../', import.meta.url);
const names = (await readdir(new URL('docs/', ROOT)))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const pages = await Promise.all(
  ['README.md', 'GUARANTEES.md', ...names].map(async (page) => ({
    page,
    text: await readFile(new URL(page, ROOT), 'utf8'),
  })),
);

/** Commands of ours in code, each up to what ends it: `crosstrail audit --stack crosstrail`. */
function commandsIn(text: string): string[] {
  const code = [...text.matchAll(/^```(?:sh|console)\n(.*?)^```|`([^`\n]+)`/gms)].map(
    ([, block, span]) => block ?? span ?? '',
  );
  return code.flatMap((each) =>
    [...each.replaceAll('\\\n', ' ').matchAll(/npx crosstrail ([^\n`#;|>]+)/g)].map(([, command = '']) =>
      command.trim(),
    ),
  );
}

/** Values of the parameters in a `sam deploy` command, with what a shell would put in. */
function overridesIn(command: string): [string, string][] {
  const shell: Readonly<Record<string, string>> = {
    $TENANT: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
    $CLIENT: '00001111-aaaa-2222-bbbb-3333cccc4444',
    $ACCOUNT: 'auditlogs',
  };
  return [...command.matchAll(/\b([A-Z]\w+)=(\S+)/g)].map(([, name = '', value = '']) => [
    name,
    Object.entries(shell).reduce((text, [variable, its]) => text.replaceAll(variable, its), value),
  ]);
}

const DEPLOYMENT = new Set([
  'README.md',
  'docs/deploy-aws.md',
  'docs/deploy-azure.md',
  'docs/collect.md',
  'docs/cost.md',
  'docs/kms-key.md',
  'docs/security.md',
]);

/** Names of AWS and Azure on these pages. */
const FOREIGN = [
  'ActivityAuditLog',
  'FeatureEnabled',
  'GetWebIdentityToken',
  'PutAuditEvents',
  'PutObject',
  'VpcConfig',
];

const commands = pages.flatMap(({ page, text }) => commandsIn(text).map((command) => ({ page, command })));
const used = [...new Set(commands.map(({ command }) => command.split(' ')[0] ?? ''))];

it.each(used)('crosstrail %s has every option that a page gives it', async (name) => {
  const { stdout, code } = await crosstrail([name, '--help']);

  const options = commands
    .filter(({ command }) => command.split(' ')[0] === name)
    .flatMap(({ command }) => [...command.matchAll(/ (--[a-z-]+)/g)].map(([, option = '']) => option));
  expect(code).toBe(0);
  for (const option of new Set(options)) expect(stdout).toMatch(new RegExp(`${option}[ ,\n]`));
});

const deployments = pages.flatMap(({ text }) =>
  [...text.replaceAll('\\\n', ' ').matchAll(/^sam deploy .*--parameter-overrides.*$/gm)].map(
    ([command]) => command,
  ),
);

it.each(deployments)('%s is taken by the template', (command) => {
  const overrides = overridesIn(command);

  for (const [name, value] of overrides) {
    const { AllowedValues, AllowedPattern = '', Type } = template.Parameters[name] ?? { Type: 'unknown' };
    expect([name, Type]).not.toEqual([name, 'unknown']);
    expect(value).toMatch(new RegExp(AllowedPattern));
    if (AllowedValues !== undefined) expect(AllowedValues.map(String)).toContain(value);
  }
  // What is left out with an ellipsis is the reader's.
  if (!command.includes('…')) expect(refusals(Object.fromEntries(overrides))).toEqual([]);
});

it('every output that a page names is one of the stack', () => {
  const named = pages.flatMap(({ text }) => [
    ...[...text.matchAll(/OutputKey=='(\w+)'/g)].map(([, output = '']) => output),
    ...[...text.matchAll(/\boutputs? `(\w+)`/g)].map(([, output = '']) => output),
  ]);

  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((output) => template.Outputs[output] === undefined)).toEqual([]);
});

it('every parameter, resource, output and metric that a page of the deployment names is there', () => {
  const metrics = Object.values(CATALOGUE as Readonly<Record<string, TelemetryEvent>>).flatMap(
    ({ metrics: own = {} }) => Object.values(own).map(({ name }) => name),
  );
  const { Parameters, Resources, Outputs, Mappings } = template;
  const known = new Set([
    ...[Parameters, Resources, Outputs, Mappings].flatMap((section) => Object.keys(section)),
    ...Object.values(Parameters).flatMap(({ AllowedValues = [] }) => AllowedValues.map(String)),
    ...metrics,
    ...FOREIGN,
  ]);

  const named = pages
    .filter(({ page }) => DEPLOYMENT.has(page))
    .flatMap(({ text }) =>
      [...text.matchAll(/`([A-Z][a-z]+(?:[A-Z][a-z]+)+)(?:=[^`]*)?`/g)].map(([, name = '']) => name),
    );

  expect(named.length).toBeGreaterThan(100);
  expect([...new Set(named)].filter((name) => !known.has(name))).toEqual([]);
});
