import { FILTER_SETTINGS } from '#shared/configuration/filter-settings.ts';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { MAX_LIST_LENGTH } from '#mapping/rules/rule-list.ts';
import { MIN_KEY_BYTES } from '#shared/records/record-rules-source.ts';
import { environmentOf, properties, template } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';
import { permissionsOf, type Parameters } from './permissions.ts';
import { resourcesOf } from './references.ts';

const LISTS = {
  IncludeRecords: 'INCLUDE_RECORDS',
  ExcludeRecords: 'EXCLUDE_RECORDS',
  RedactFields: 'REDACT_FIELDS',
  HashFields: 'HASH_FIELDS',
} as const;
const FUNCTIONS = ['ProcessorFunction', 'ReplayerFunction'];

function accepts(parameter: string, value: string): boolean {
  return new RegExp(template.Parameters[parameter]?.AllowedPattern ?? '$^').test(value);
}

describe('the lists of a filter', () => {
  it.each(Object.entries(LISTS))('%s reaches the functions that map records', (parameter, setting) => {
    for (const id of FUNCTIONS) expect(environmentOf(id)[setting]).toEqual({ Ref: parameter });
    expect(template.Parameters[parameter]).toMatchObject({ Default: '', MaxLength: MAX_LIST_LENGTH });
  });

  it.each(Object.entries(LISTS))('%s takes the example of its setting', (parameter, setting) => {
    const { example } = FILTER_SETTINGS[setting];

    expect(accepts(parameter, example)).toBe(true);
    expect(() => readConfiguration(FILTER_SETTINGS, { [setting]: example })).not.toThrow();
  });

  it.each(['IncludeRecords', 'ExcludeRecords'])(
    '%s refuses at deployment what is no list of rules',
    (parameter) => {
      for (const wrong of [
        'Policy',
        'categroy:Policy',
        'category:Policy,',
        'category:Policy & Policy',
        'category:',
        'category:Ä',
      ])
        expect([wrong, accepts(parameter, wrong)]).toEqual([wrong, false]);
    },
  );

  it.each(FUNCTIONS)('of full length leave the environment of %s within the 4 KB of Lambda', (id) => {
    const full = Object.fromEntries(Object.keys(LISTS).map((name) => [name, 'x'.repeat(MAX_LIST_LENGTH)]));
    const others = {
      Destination: 'Both',
      AzureStorageContainerName: Array(12).fill('insights-logs-signinlogs').join(','),
      AzureAuthentication: 'WorkloadIdentity',
      AzureTenantId: '0f0e0d0c-1111-4222-8333-444455556666',
      AzureClientId: '0f0e0d0c-1111-4222-8333-444455556666',
      AzureStorageAccountUrls: Array(3)
        .fill('https://anaccountof24characters.blob.core.windows.net')
        .join(','),
    };

    const environment = evaluate(environmentOf(id), { ...full, ...others }) as Record<string, string>;

    const bytes = Object.entries(environment).reduce(
      (sum, [name, value]) => sum + name.length + value.length,
      0,
    );
    expect(bytes).toBeGreaterThan(4 * MAX_LIST_LENGTH);
    expect(bytes).toBeLessThan(4096);
  });
});

describe('the key of hashes', () => {
  const READ = 'secretsmanager:GetSecretValue on HashKey';

  it.each<[Parameters, boolean]>([
    [{}, false],
    [{ ExcludeRecords: 'category:Policy' }, false],
    [{ RedactFields: 'callerIpAddress' }, true],
    [{ HashFields: 'callerIpAddress' }, true],
  ])('with %j is made and may be read: %s', (parameters, isMade) => {
    expect(resourcesOf(parameters).includes('HashKey')).toBe(isMade);
    for (const id of FUNCTIONS) {
      expect(evaluate(environmentOf(id)['HASH_KEY_SECRET'], parameters)).toBe(isMade ? 'HashKey' : '');
      expect(permissionsOf(id.replace('Function', 'Role'), parameters).includes(READ)).toBe(isMade);
    }
  });

  it('may be read by no other role', () => {
    for (const roleId of ['AggregatorRole', 'AuditorRole', 'ScheduleRole'])
      expect(permissionsOf(roleId, { HashFields: 'callerIpAddress' })).not.toContain(READ);
  });

  it('is made by AWS, long enough, and stands in no parameter and no output', () => {
    const { GenerateSecretString, SecretString } = properties('HashKey') as {
      GenerateSecretString?: { PasswordLength: number };
      SecretString?: unknown;
    };

    expect(GenerateSecretString?.PasswordLength).toBeGreaterThanOrEqual(MIN_KEY_BYTES);
    expect(SecretString).toBeUndefined();
    expect(template.Outputs['HashKeySecretArn']?.Value).toEqual({ Ref: 'HashKey' });
  });
});
