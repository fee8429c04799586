import {
  AZURE_REQUIREMENTS,
  AZURE_SETTINGS,
  azureProblems,
  type AzureConfiguration,
} from '#shared/configuration/azure-settings.ts';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';

const GUID = '00001111-aaaa-2222-bbbb-3333cccc4444';

const BY_SECRET = {
  AZURE_STORAGE_CONTAINER_NAME: 'insights-activity-logs',
  AZURE_STORAGE_CONNECTION_STRING_SECRET: 'crosstrail/azure',
};

const BY_ROLE = {
  AZURE_STORAGE_CONTAINER_NAME: 'insights-activity-logs',
  AZURE_AUTHENTICATION: 'WorkloadIdentity',
  AZURE_TENANT_ID: GUID,
  AZURE_CLIENT_ID: GUID,
  AZURE_STORAGE_ACCOUNT_URLS: 'https://auditlogs.blob.core.windows.net',
};

function read(environment: Readonly<Record<string, string>>): AzureConfiguration {
  return readConfiguration(AZURE_SETTINGS, environment);
}

describe('what each way to sign in needs', () => {
  it.each([
    ['a secret by name', BY_SECRET, []],
    ['no secret', { ...BY_SECRET, AZURE_STORAGE_CONNECTION_STRING_SECRET: '' }, [AZURE_REQUIREMENTS.secret]],
    ['the role', BY_ROLE, []],
    ['the role, beside a secret that is not used', { ...BY_SECRET, ...BY_ROLE }, []],
    [
      'nothing but the role, all problems together',
      { ...BY_ROLE, AZURE_TENANT_ID: '', AZURE_CLIENT_ID: ' ', AZURE_STORAGE_ACCOUNT_URLS: '' },
      [AZURE_REQUIREMENTS.tenant, AZURE_REQUIREMENTS.client, AZURE_REQUIREMENTS.urls],
    ],
    [
      'an account that has no URL',
      { ...BY_ROLE, AZURE_STORAGE_CONTAINER_NAME: 'auditlogs/one,other/two' },
      ['other/two in AZURE_STORAGE_CONTAINER_NAME names no account of AZURE_STORAGE_ACCOUNT_URLS'],
    ],
  ])('%s', (_, environment, problems) => {
    expect(azureProblems(read(environment))).toEqual(problems);
  });

  it('is asked for by nobody who reads collectors only', () => {
    const collecting = read({ RAW_BUCKET_NAME: 'crosstrail-rawbucket-1a2b3c' });

    expect(collecting.AZURE_STORAGE_CONTAINER_NAME).toEqual([]);
    expect(azureProblems(collecting)).toEqual([]);
    expect(() => read({ RAW_BUCKET_NAME: ' ' })).toThrow('AZURE_STORAGE_CONTAINER_NAME is not set');
  });

  it('asks the public cloud’s Entra ID unless told', () => {
    expect(read(BY_ROLE).AZURE_AUTHORITY_HOST).toBe('https://login.microsoftonline.com');
    expect(
      read({ ...BY_ROLE, AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.us/' }).AZURE_AUTHORITY_HOST,
    ).toBe('https://login.microsoftonline.us');
  });
});

describe('containers', () => {
  it('are looked for in every account, or in the one before the slash, each once', () => {
    const { AZURE_STORAGE_CONTAINER_NAME: entries } = read({
      ...BY_SECRET,
      AZURE_STORAGE_CONTAINER_NAME: 'one, auditlogs/two,one',
    });

    expect(entries).toEqual([{ container: 'one' }, { account: 'auditlogs', container: 'two' }]);
  });

  it.each(['Insights', 'a--b', 'good,,good', 'UPPER/good', 'a/good', 'auditlogs/good/bad', '/good'])(
    '%j is refused',
    (text) => {
      expect(() => read({ ...BY_SECRET, AZURE_STORAGE_CONTAINER_NAME: text })).toThrow(
        'AZURE_STORAGE_CONTAINER_NAME must be',
      );
    },
  );
});

describe('Blob endpoints', () => {
  it.each([
    ['https://auditlogs.blob.core.windows.net', 'auditlogs', 'https://auditlogs.blob.core.windows.net'],
    ['https://auditlogs.blob.core.windows.net/', 'auditlogs', 'https://auditlogs.blob.core.windows.net'],
    [
      'https://auditlogs.blob.core.usgovcloudapi.net',
      'auditlogs',
      'https://auditlogs.blob.core.usgovcloudapi.net',
    ],
    [
      'https://auditlogs.z01.blob.storage.azure.net',
      'auditlogs',
      'https://auditlogs.z01.blob.storage.azure.net',
    ],
    [
      'https://127.0.0.1:10000/devstoreaccount1',
      'devstoreaccount1',
      'https://127.0.0.1:10000/devstoreaccount1',
    ],
  ])('%s tell their account', (text, account, url) => {
    expect(read({ ...BY_ROLE, AZURE_STORAGE_ACCOUNT_URLS: text }).AZURE_STORAGE_ACCOUNT_URLS).toEqual([
      { account, url },
    ]);
  });

  it.each([
    ['no URL', 'auditlogs'],
    ['a token would go over the network in clear text', 'http://auditlogs.blob.core.windows.net'],
    ['a SAS is a secret', 'https://auditlogs.blob.core.windows.net/?sv=1&sig=hunter2'],
    ['a password is one too', 'https://me:hunter2@auditlogs.blob.core.windows.net'],
    ['a container', 'https://auditlogs.blob.core.windows.net/logs'],
    ['another service', 'https://auditlogs.queue.core.windows.net'],
    ['a domain that does not tell the account', 'https://logs.example.com'],
    ['one account twice', 'https://a11.blob.core.windows.net,https://a11.blob.core.windows.net/'],
    ['one of two', 'https://a11.blob.core.windows.net,'],
  ])('%s: %s is refused and not repeated', (_, text) => {
    const reading = (): AzureConfiguration => read({ ...BY_ROLE, AZURE_STORAGE_ACCOUNT_URLS: text });

    expect(reading).toThrow('AZURE_STORAGE_ACCOUNT_URLS must be');
    expect(reading).not.toThrow('hunter2');
  });
});
