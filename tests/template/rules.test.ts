import { AZURE_REQUIREMENTS } from '#shared/configuration/azure-settings.ts';
import { template } from './deployed-template.ts';
import { COLLECTING, COLLECTORS_ONLY, GRAPH_ONLY, OFFICE365_ONLY, type Parameters } from './permissions.ts';
import { refusals } from './refusals.ts';

const STORE =
  'arn:aws:cloudtrail:eu-central-1:111122223333:eventdatastore/0f0e0d0c-1111-4222-8333-444455556666';

const GUID = '00001111-aaaa-2222-bbbb-3333cccc4444';
const BY_ROLE = {
  AzureAuthentication: 'WorkloadIdentity',
  AzureStorageConnectionStringSecret: '',
  AzureTenantId: GUID,
  AzureClientId: GUID,
  AzureStorageAccountUrls: 'https://auditlogs.blob.core.windows.net',
};

/** Functions that a rule may use; others make CloudFormation refuse the template. */
const RULE_FUNCTIONS = new Set([
  'Ref',
  'Fn::And',
  'Fn::Contains',
  'Fn::EachMemberEquals',
  'Fn::EachMemberIn',
  'Fn::Equals',
  'Fn::Not',
  'Fn::Or',
  'Fn::RefAll',
  'Fn::ValueOf',
  'Fn::ValueOfAll',
]);

function functionsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(functionsIn);
  return Object.entries(value).flatMap(([key, inner]) => [key, ...functionsIn(inner)]);
}

describe('parameters that contradict each other are refused before anything is made', () => {
  it.each<[string, Parameters, string]>([
    [
      'nothing to read',
      { AzureStorageContainerName: '', AzureStorageConnectionStringSecret: '' },
      'There is nothing to read. Give containers as AzureStorageContainerName',
    ],
    [
      'no secret to read a connection string from',
      { AzureStorageConnectionStringSecret: '' },
      AZURE_REQUIREMENTS.secret,
    ],
    ['a role without a tenant to sign in to', { ...BY_ROLE, AzureTenantId: '' }, AZURE_REQUIREMENTS.tenant],
    [
      'a role without an application to sign in as',
      { ...BY_ROLE, AzureClientId: '' },
      AZURE_REQUIREMENTS.client,
    ],
    [
      'a role without a storage account to read',
      { ...BY_ROLE, AzureStorageAccountUrls: '' },
      AZURE_REQUIREMENTS.urls,
    ],
    [
      'logs to collect, and no tenant to collect them from',
      { ...GRAPH_ONLY, EntraTenants: '' },
      'Give its id as EntraTenants.',
    ],
    [
      'logs to collect, and no application to sign in as',
      { ...OFFICE365_ONLY, EntraClientId: '' },
      'Give its client id as EntraClientId.',
    ],
    [
      'days back that Entra ID no longer has',
      { ...GRAPH_ONLY, EntraLogRetentionDays: '7', GraphDaysBack: '8' },
      'Choose a GraphDaysBack of at most 7',
    ],
    [
      'an event data store that nothing would be written to',
      { Destination: 'S3', CloudTrailEventDataStoreArn: STORE },
      'Leave CloudTrailEventDataStoreArn empty',
    ],
    [
      'a retention that the billing mode does not know',
      { CloudTrailBillingMode: 'FIXED_RETENTION_PRICING', CloudTrailEventRetentionPeriod: '3653' },
      'Choose a CloudTrailEventRetentionPeriod',
    ],
    ...[
      ['90', '90'],
      ['90', '365'],
      ['180', '180'],
      ['365', '365'],
    ].map(([EventRetentionDays = '', EventInfrequentAccessDays = '']): [string, Parameters, string] => [
      `rows that expire after ${EventRetentionDays} days and move after ${EventInfrequentAccessDays}`,
      { Destination: 'S3', EventRetentionDays, EventInfrequentAccessDays },
      'Choose an EventInfrequentAccessDays',
    ]),
  ])('%s, with what to do', (_, parameters, advice) => {
    const said = refusals(parameters);

    expect(said).toHaveLength(1);
    expect(said[0]).toContain(advice);
  });

  it.each<[string, Parameters]>([
    ['the defaults', {}],
    ['S3 alone', { Destination: 'S3' }],
    ['the role in place of a secret', BY_ROLE],
    ['both collectors', COLLECTING],
    ['collectors without a storage account', COLLECTORS_ONLY],
    ['that with the other way to sign in', { ...COLLECTORS_ONLY, AzureAuthentication: 'WorkloadIdentity' }],
    ['all that Entra ID has', { ...GRAPH_ONLY, EntraLogRetentionDays: '7', GraphDaysBack: '7' }],
    ['all that a P1 licence has', { ...GRAPH_ONLY, EntraLogRetentionDays: '30', GraphDaysBack: '30' }],
    ['both', { Destination: 'Both', CloudTrailEventDataStoreArn: STORE }],
    [
      'seven years in advance',
      { CloudTrailBillingMode: 'FIXED_RETENTION_PRICING', CloudTrailEventRetentionPeriod: '2557' },
    ],
    ['ten years, extended', { CloudTrailEventRetentionPeriod: '3653' }],
    // Neither value is used.
    [
      'a billing mode for a store that exists',
      {
        CloudTrailBillingMode: 'FIXED_RETENTION_PRICING',
        CloudTrailEventRetentionPeriod: '3000',
        CloudTrailEventDataStoreArn: STORE,
      },
    ],
    ['rows that move and never expire', { EventInfrequentAccessDays: '365' }],
  ])('%s: nothing is refused', (_, parameters) => {
    expect(refusals(parameters)).toEqual([]);
  });

  it('no pair of days that S3 would refuse passes, and no other is refused', () => {
    const days = (name: string): string[] => (template.Parameters[name]?.AllowedValues ?? []).map(String);

    for (const EventRetentionDays of days('EventRetentionDays')) {
      for (const EventInfrequentAccessDays of days('EventInfrequentAccessDays')) {
        const [expiry, move] = [Number(EventRetentionDays), Number(EventInfrequentAccessDays)];
        const impossible = expiry > 0 && move > 0 && move >= expiry;

        const said = refusals({ EventRetentionDays, EventInfrequentAccessDays });

        expect([expiry, move, said.length]).toEqual([expiry, move, impossible ? 1 : 0]);
      }
    }
  });

  it('the rules use only what CloudFormation computes in a rule, and name parameters that exist', () => {
    const written = JSON.stringify(
      Object.values(template.Rules).map(({ RuleCondition, Assertions }) => [
        RuleCondition,
        Assertions.map(({ Assert }) => Assert),
      ]),
    );
    const asserted = JSON.parse(written) as unknown;

    expect(functionsIn(asserted).filter((name) => !RULE_FUNCTIONS.has(name))).toEqual([]);
    for (const [, name] of written.matchAll(/"Ref":"(\w+)"/g)) {
      expect(Object.keys(template.Parameters)).toContain(name);
    }
  });

  it.each(Object.entries(template.Rules))('%s says what to do in words of its own parameters', (_, rule) => {
    for (const { AssertDescription } of rule.Assertions) {
      expect(AssertDescription).toMatch(/Choose|Leave|Give/);
      // https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html
      expect(AssertDescription.length).toBeLessThan(1000);
    }
  });
});
