import { readFile } from 'node:fs/promises';

const FOLDER = new URL('../../docs/azure/', import.meta.url);

const rules = await readFile(new URL('activity-log-policy.json', FOLDER), 'utf8');
const parameters = JSON.parse(
  await readFile(new URL('activity-log-policy.parameters.json', FOLDER), 'utf8'),
) as object;

interface Policy {
  readonly then: {
    readonly details: {
      readonly existenceCondition: unknown;
      readonly deployment: {
        readonly properties: {
          readonly parameters: object;
          readonly template: {
            readonly parameters: object;
            readonly resources: readonly {
              readonly properties: { readonly logs: readonly { readonly category: string }[] };
            }[];
          };
        };
      };
    };
  };
}

it('the policy uses the parameters that it declares, and hands them on', () => {
  const { properties } = (JSON.parse(rules) as Policy).then.details.deployment;

  const used = [...rules.matchAll(/parameters\('(\w+)'\)/g)].map(([, name = '']) => name);

  expect([...new Set(used)].toSorted()).toEqual(Object.keys(parameters).toSorted());
  expect(Object.keys(properties.template.parameters)).toEqual(Object.keys(properties.parameters));
});

it('the policy exports the categories that the command of the README exports, and looks for all of them', async () => {
  const { details } = (JSON.parse(rules) as Policy).then;
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

  const exported = details.deployment.properties.template.resources[0]?.properties.logs.map(
    ({ category }) => category,
  );
  const named = [...readme.matchAll(/"category":"(\w+)"/g)].map(([, category]) => category);

  expect(exported).toEqual(named);
  expect(JSON.stringify(details.existenceCondition)).toContain(`"greaterOrEquals":${named.length}`);
});
