import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { AGGREGATOR_SETTINGS, PROCESSOR_SETTINGS } from '#shared/configuration/settings.ts';

const GOOD = Object.fromEntries(
  Object.entries({ ...AGGREGATOR_SETTINGS, ...PROCESSOR_SETTINGS }).map(([name, { example }]) => [
    name,
    example,
  ]),
);

function problemsOf(environment: Record<string, string | undefined>): string {
  try {
    readConfiguration(PROCESSOR_SETTINGS, environment);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('configuration', () => {
  it('every example in an error message would be right', () => {
    expect(readConfiguration(AGGREGATOR_SETTINGS, GOOD)).toMatchObject({
      AZURE_STORAGE_CONTAINER_NAME: [
        { container: 'insights-activity-logs' },
        { account: 'auditlogs', container: 'insights-logs-signinlogs' },
      ],
      HORIZON_HOURS: 48,
    });
    expect(readConfiguration(PROCESSOR_SETTINGS, GOOD)).toMatchObject({ PUT_AUDIT_EVENTS_RATE: 20 });
  });

  it('names all problems together', () => {
    const message = problemsOf({ PUT_AUDIT_EVENTS_RATE: 'fast', FAILURE_QUEUE_URL: 'here' });

    for (const name of [
      'CHECKPOINT_TABLE_NAME is not set',
      'AZURE_STORAGE_CONTAINER_NAME is not set',
      'RECIPIENT_ACCOUNT_ID is not set',
      'PUT_AUDIT_EVENTS_RATE must be a whole number from 1 to 100',
      'FAILURE_QUEUE_URL must be a URL',
    ]) {
      expect(message).toContain(name);
    }
  });

  it.each([
    ['AZURE_STORAGE_CONTAINER_NAME', 'Insights'],
    ['AZURE_STORAGE_CONTAINER_NAME', 'a--b'],
    ['AZURE_STORAGE_CONTAINER_NAME', 'good,,good'],
    ['CLOUDTRAIL_CHANNEL_ARN', 'arn:aws:cloudtrail:us-east-1:1:eventdatastore/x'],
    ['PUT_AUDIT_EVENTS_RATE', '0'],
    ['PUT_AUDIT_EVENTS_RATE', '101'],
    ['CHECKPOINT_RETENTION_DAYS', '1.5'],
    ['CHECKPOINT_TABLE_NAME', '  '],
  ])('%s does not take %j', (name, value) => {
    expect(problemsOf({ ...GOOD, [name]: value })).toContain(name);
  });

  it('a connection string in place of a secret name is refused and not repeated', () => {
    const message = problemsOf({
      ...GOOD,
      AZURE_STORAGE_CONNECTION_STRING_SECRET:
        'DefaultEndpointsProtocol=https;AccountName=auditlogs;AccountKey=bWFya2Vy;EndpointSuffix=core.windows.net',
    });

    expect(message).toContain('holds a connection string itself');
    expect(message).not.toContain('bWFya2Vy');
  });
});
