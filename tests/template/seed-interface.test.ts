import { resource, template } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';

const STORE =
  'arn:aws:cloudtrail:eu-central-1:111122223333:eventdatastore/0f0e0d0c-1111-4222-8333-444455556666';

function accepts(parameter: string, value: string): boolean {
  return new RegExp(template.Parameters[parameter]?.AllowedPattern ?? '$^').test(value);
}

describe('what users of the reference know', () => {
  it.each([
    [
      'CloudTrailEventDataStoreArn',
      { Type: 'String', Default: '' },
      '[Optional] Arn of the event data store that will be used to ingest the Azure activity events. If no Arn is provided, a new event data store will be created.',
    ],
    [
      'CloudTrailEventRetentionPeriod',
      { Type: 'Number', Default: 7, MinValue: 7 },
      'Number of days CloudTrail should retain events in the data store. This is ignored if a value is provided for CloudTrailEventDataStoreArn.',
    ],
    [
      'AzureStorageContainerName',
      { Type: 'String' },
      'Name of the Azure Storage container where Azure activity events are stored',
    ],
    [
      'AzureStorageConnectionStringSecret',
      // Its default is new: with workload identity there is no secret.
      { Type: 'String', Default: '' },
      'Name of the Secrets Manager secret which contains the Azure Storage connection string',
    ],
  ])('keeps the parameter %s with its default and text', (name, expected, text) => {
    const parameter = template.Parameters[name];

    expect(parameter).toMatchObject(expected);
    expect(parameter?.Default).toBe((expected as { Default?: unknown }).Default);
    expect(parameter?.Description?.startsWith(text)).toBe(true);
  });

  it('gives the id of the event data store, whether made here or given', () => {
    const id = template.Outputs['EventDataStoreId']?.Value;

    expect(evaluate(id)).toBe('EventDataStore');
    expect(evaluate(id, { CloudTrailEventDataStoreArn: STORE })).toBe('0f0e0d0c-1111-4222-8333-444455556666');
  });

  it('makes an event data store only when no ARN is given', () => {
    const condition = template.Conditions[resource('EventDataStore').Condition ?? ''];

    expect(evaluate(condition)).toBe(true);
    expect(evaluate(condition, { CloudTrailEventDataStoreArn: STORE })).toBe(false);
  });

  it('writes to the store that was given', () => {
    const { Destinations } = resource('CloudTrailChannel').Properties ?? {};

    expect(evaluate(Destinations, { CloudTrailEventDataStoreArn: STORE })).toEqual([
      { Type: 'EVENT_DATA_STORE', Location: STORE },
    ]);
  });
});

describe('values that cannot work are refused before anything is deployed', () => {
  it.each([
    ['CloudTrailEventDataStoreArn', ''],
    ['CloudTrailEventDataStoreArn', STORE],
    ['AzureStorageContainerName', 'insights-activity-logs'],
    ['AzureStorageContainerName', 'insights-activity-logs,insights-logs-signinlogs'],
    ['AzureStorageConnectionStringSecret', 'crosstrail/azure-storage'],
    [
      'AzureStorageConnectionStringSecret',
      'arn:aws:secretsmanager:eu-central-1:111122223333:secret:crosstrail/azure-AbCdEf',
    ],
    ['AzureStorageConnectionStringSecret', ''],
    ['AzureStorageContainerName', 'insights-activity-logs,auditlogs/insights-logs-signinlogs'],
    ['AzureTenantId', ''],
    ['AzureTenantId', 'aaaabbbb-0000-cccc-1111-dddd2222eeee'],
    ['AzureStorageAccountUrls', 'https://auditlogs.blob.core.windows.net'],
    [
      'AzureStorageAccountUrls',
      'https://auditlogs.blob.core.usgovcloudapi.net/,https://more.z01.blob.storage.azure.net',
    ],
    ['AzureAuthorityHost', 'https://login.microsoftonline.us'],
    ['AggregationSchedule', 'rate(15 minutes)'],
    ['AggregationSchedule', 'cron(5 * * * ? *)'],
    ['AlarmEmail', ''],
    ['AlarmEmail', 'security@example.com'],
  ])('%s takes "%s"', (name, value) => {
    expect(accepts(name, value)).toBe(true);
  });

  it.each([
    ['CloudTrailEventDataStoreArn', '0f0e0d0c-1111-4222-8333-444455556666'],
    ['AzureStorageContainerName', ','],
    ['AzureStorageContainerName', 'Insights-Activity-Logs'],
    ['AzureStorageContainerName', 'insights-activity-logs, insights-logs-signinlogs'],
    ['AzureStorageContainerName', 'auditlogs/insights/logs'],
    ['AzureTenantId', 'contoso.onmicrosoft.com'],
    ['AzureClientId', 'crosstrail'],
    ['AzureStorageAccountUrls', 'auditlogs'],
    ['AzureStorageAccountUrls', 'http://auditlogs.blob.core.windows.net'],
    ['AzureStorageAccountUrls', 'https://auditlogs.blob.core.windows.net/logs'],
    ['AzureAuthorityHost', 'http://login.microsoftonline.com'],
    ['AzureAuthorityHost', 'https://login.microsoftonline.com/common'],
    [
      'AzureStorageConnectionStringSecret',
      'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5;EndpointSuffix=core.windows.net',
    ],
    ['AggregationSchedule', 'hourly'],
    ['AlarmEmail', 'security'],
  ])('%s does not take "%s", and says what it wants', (name, value) => {
    expect(accepts(name, value)).toBe(false);
    expect(template.Parameters[name]?.ConstraintDescription).toMatch(/^must be /);
  });
});
