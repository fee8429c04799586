import { template } from './deployed-template.ts';
import { MODES, type Parameters } from './permissions.ts';
import { exists, referencesOf, resourcesOf } from './references.ts';

/** What is optional beside the modes. */
const OPTIONS: readonly Parameters[] = [
  { KmsKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/0f0e0d0c-1111-4222-8333-444455556666' },
  { AlarmEmail: 'security@example.com' },
  {
    CloudTrailEventDataStoreArn:
      'arn:aws:cloudtrail:eu-central-1:111122223333:eventdatastore/0f0e0d0c-1111-4222-8333-444455556666',
  },
  { NothingDeliveredHours: '60' },
  { HashFields: '**.userPrincipalName' },
  { EventRetentionDays: '400', EventInfrequentAccessDays: '30' },
  { AzureStorageContainerName: 'one/insights-activity-logs' },
];

/** No option, each, each two, and all: no reference depends on more conditions than a mode and two options have. */
const COMBINATIONS = OPTIONS.flatMap((option, index) =>
  [option, ...OPTIONS.slice(index + 1)].map((other) => ({ ...option, ...other })),
).concat({}, Object.assign({}, ...OPTIONS) as Parameters);

const deployments = MODES.flatMap((mode) => COMBINATIONS.map((options) => ({ ...mode, ...options })));

/** References that lead nowhere in a deployment, as `who -> what`. */
function dangling(parameters: Parameters): string[] {
  const known = new Set([...resourcesOf(parameters), ...Object.keys(template.Parameters)]);
  const parts = [
    ...Object.entries(template.Resources).map(([id, { Condition, Properties, DependsOn = [] }]) => ({
      id,
      Condition,
      expression: [Properties, template.Globals, [DependsOn].flat().map((Ref) => ({ Ref }))],
    })),
    ...Object.entries(template.Outputs).map(([id, { Condition, Value }]) => ({
      id,
      Condition,
      expression: Value,
    })),
  ];
  return parts
    .filter(({ Condition }) => exists(Condition === undefined ? {} : { Condition }, parameters))
    .flatMap(({ id, expression }) =>
      referencesOf(expression, parameters)
        .filter((name) => !name.startsWith('AWS::') && !known.has(name))
        .map((name) => `${id} -> ${name}`),
    );
}

it('no deployment refers to a resource that its parameters do not make', () => {
  expect(new Set(deployments.map((each) => JSON.stringify(each))).size).toBe(
    MODES.length * ((OPTIONS.length * (OPTIONS.length + 1)) / 2 + 2),
  );
  for (const parameters of deployments) {
    expect([parameters, dangling(parameters)]).toEqual([parameters, []]);
  }
});

it('a reference to what is not made would be found', () => {
  expect(referencesOf({ 'Fn::GetAtt': ['CloudTrailChannel', 'ChannelArn'] }, {})).toEqual([
    'CloudTrailChannel',
  ]);
  expect(resourcesOf({ Destination: 'S3' })).not.toContain('CloudTrailChannel');
});

it('every condition decides about something', () => {
  const { Conditions, Resources, Outputs, Globals } = template;
  const used = JSON.stringify([Object.values(Conditions), Resources, Outputs, Globals]);

  for (const name of Object.keys(Conditions)) {
    expect(used).toMatch(new RegExp(`"(Condition":|Fn::If":\\[)"${name}"`));
  }
});
