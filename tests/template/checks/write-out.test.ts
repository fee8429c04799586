import { template } from '../deployed-template.ts';
import { evaluate } from '../evaluate.ts';
import { resourcesOf } from '../references.ts';
import { DEPLOYMENTS, EVERY_RESOURCE } from './deployments.ts';
import { writeOut, type Document } from './write-out.ts';

const document = template as unknown as Document;

it.each(Object.entries(DEPLOYMENTS))(
  '%s is written out with what it makes, and nothing to decide',
  (_, parameters) => {
    const { Resources, ...rest } = writeOut(document, parameters);

    expect(Object.keys(Resources).toSorted()).toEqual(resourcesOf(parameters).toSorted());
    expect(JSON.stringify([Resources, rest])).not.toMatch(/"Fn::If"|AWS::NoValue|"Conditions"/);
  },
);

it('the deployments that stand for all make every resource', () => {
  const made = EVERY_RESOURCE.flatMap((name) => resourcesOf(DEPLOYMENTS[name] ?? {}));

  expect([...new Set(made)].toSorted()).toEqual(Object.keys(template.Resources).toSorted());
});

it.each(Object.keys(template.Conditions))('%s is decided both ways', (Condition) => {
  const decisions = Object.values(DEPLOYMENTS).map((parameters) => evaluate({ Condition }, parameters));

  expect(new Set(decisions)).toEqual(new Set([true, false]));
});

it('every destination is seen with every way to sign in', () => {
  const choices = ['Destination', 'AzureAuthentication'];
  const seen = Object.values(DEPLOYMENTS).map((parameters) => choices.map((name) => parameters[name]).join());
  const possible = choices.reduce(
    (count, name) => count * (template.Parameters[name]?.AllowedValues ?? []).length,
    1,
  );

  expect(new Set(seen).size).toBe(possible);
});

it('values stand in place of parameters, numbers as numbers', () => {
  const { Resources } = writeOut(document, { NothingDeliveredHours: '60' });

  expect(Resources['NothingDeliveredAlarm']).toMatchObject({ Properties: { EvaluationPeriods: 60 } });
});
