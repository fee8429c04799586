import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { planSetup, type SetupOptions } from '#cli/doctor/plan-setup.ts';
import { setupScript } from '#cli/doctor/setup-script.ts';
import { shellWord } from '#cli/doctor/shell-words.ts';
import { crosstrail } from '../crosstrail.ts';

const run = promisify(execFile);
const NOW = Date.parse('2026-11-20T12:00:00Z');
const CLIENT = '00001111-aaaa-2222-bbbb-3333cccc4444';
const ROLES = [
  'arn:aws:iam::111122223333:role/crosstrail-AggregatorRole-1A2B',
  'arn:aws:iam::111122223333:role/crosstrail-ProcessorRole-3C4D',
];
const BY_ROLE = {
  AZURE_AUTHENTICATION: 'WorkloadIdentity',
  AZURE_CLIENT_ID: CLIENT,
  AZURE_STORAGE_ACCOUNT_URLS:
    'https://auditlogs.blob.core.windows.net,https://morelogs.blob.core.windows.net',
  AZURE_STORAGE_CONTAINER_NAME: 'insights-activity-logs,morelogs/insights-logs-signinlogs',
  AZURE_FEDERATION_SUBJECTS: ROLES.join(' '),
};

/** What both command lines would be called with: programs of their names that note their words, one call on each line. */
const STAND_IN = String.raw`#!/bin/sh
name=$(basename "$0")
{ printf '%s' "$name"; printf '\t%s' "$@"; printf '\n'; } >> "$CALLS"
case "$name $*" in
  'az account show '*) echo tenant-id ;;
  'az ad app create '*) echo client-id ;;
  'az ad sp show '*appRoles*) echo "$7" | cut -d"'" -f2 ;;
  'az ad sp show '*) exit 3 ;;
  'az ad sp create '*) echo principal-id ;;
  'az storage account show '*primaryEndpoints*) echo "https://$5.blob.core.windows.net/" ;;
  'az storage account show '*) echo "/subscriptions/s/storageAccounts/$5" ;;
  'az storage account generate-sas '*) echo 'sv=1&sig=a%2Fb' ;;
  'aws iam enable-'*) exit 254 ;;
  'aws iam get-'*) echo https://issuer.example ;;
  'aws cloudformation '*) echo 'arn:aws:iam::1:role/one arn:aws:iam::1:role/two' ;;
  'aws secretsmanager create-secret '*) for word; do case $word in file://*) cat "$(printf %s "$word" | cut -c8-)" > "$CALLS.secret" ;; esac; done ;;
esac
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crosstrail-setup-'));
  for (const name of ['az', 'aws', 'sam', 'sleep']) {
    await writeFile(join(folder, name), STAND_IN);
    await chmod(join(folder, name), 0o755);
  }
});
afterAll(async () => rm(folder, { recursive: true }));

/** Runs the commands in a shell; gives the words of each call. */
async function calls(commands: string, shell: string): Promise<{ words: string[][]; secret: string }> {
  const log = join(folder, `calls-${shell}`);
  await rm(log, { force: true });
  await rm(`${log}.secret`, { force: true });
  await run(shell, ['-eu', '-c', commands], {
    env: { PATH: `${folder}:/usr/bin:/bin`, CALLS: log, TMPDIR: folder },
  });
  const words = (await readFile(log, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((call) => call.split('\t'));
  const secret = await readFile(`${log}.secret`, 'utf8').catch(() => '');
  return { words, secret };
}

function script(options: SetupOptions, texts: Readonly<Record<string, string>> = {}): string {
  return setupScript(planSetup(options, texts, NOW));
}

function named(words: readonly string[][], ...start: readonly string[]): string[][] {
  return words.filter((call) => start.every((word, index) => call[index] === word));
}

describe.each(['sh', 'bash'])('the commands, run by %s', (shell) => {
  it('let each role of the stack read each account, and name nothing else', async () => {
    const { words } = await calls(script({ stack: 'crosstrail' }, BY_ROLE), shell);

    expect(named(words, 'az', 'role', 'assignment', 'create').map((call) => call.slice(4))).toEqual(
      ['auditlogs', 'morelogs'].map((account) => [
        '--assignee-object-id',
        'principal-id',
        '--assignee-principal-type',
        'ServicePrincipal',
        '--role',
        'Storage Blob Data Reader',
        '--scope',
        `/subscriptions/s/storageAccounts/${account}`,
      ]),
    );
    const federations = named(words, 'az', 'ad', 'app', 'federated-credential', 'create');
    expect(federations.map((call) => call.slice(5, 8))).toEqual(
      ROLES.map(() => ['--id', CLIENT, '--parameters']),
    );
    expect(federations.map((call) => JSON.parse(call[8] ?? '') as unknown)).toEqual(
      ROLES.map((subject) => ({
        name: subject.split('/')[1],
        issuer: 'https://issuer.example',
        subject,
        audiences: ['api://AzureADTokenExchange'],
      })),
    );
    expect(named(words, 'sam', 'deploy')[0]?.slice(2)).toEqual([
      '--stack-name',
      'crosstrail',
      '--parameter-overrides',
      'AzureAuthentication=WorkloadIdentity',
      'AzureTenantId=tenant-id',
      `AzureClientId=${CLIENT}`,
      'AzureStorageAccountUrls=https://auditlogs.blob.core.windows.net/,https://morelogs.blob.core.windows.net/',
      'AzureStorageContainerName=insights-activity-logs,morelogs/insights-logs-signinlogs',
    ]);
    expect(named(words, 'az', 'ad', 'app', 'create')).toEqual([]);
  });

  it('let the collectors in, as the application that they have', async () => {
    const collectors = {
      ENTRA_CLIENT_ID: '99998888-aaaa-2222-bbbb-3333cccc4444',
      ENTRA_FEDERATION_SUBJECTS: 'arn:aws:iam::111122223333:role/crosstrail-GraphCollectorRole-5E6F',
    };

    const { words } = await calls(script({ stack: 'crosstrail' }, { ...BY_ROLE, ...collectors }), shell);

    const federations = named(words, 'az', 'ad', 'app', 'federated-credential', 'create');
    expect(federations).toHaveLength(ROLES.length + 1);
    expect(federations.at(-1)?.[6]).toBe(collectors.ENTRA_CLIENT_ID);
    expect(JSON.parse(federations.at(-1)?.[8] ?? '')).toMatchObject({
      subject: collectors.ENTRA_FEDERATION_SUBJECTS,
    });
  });

  it('set up collectors without a storage account, and no way into one', async () => {
    const { words, secret } = await calls(script({ logs: ['office365-exchange'] }), shell);

    expect(named(words, 'az', 'ad', 'app', 'create').map((call) => call[5])).toEqual([
      'crosstrail-collectors',
    ]);
    expect([named(words, 'az', 'storage'), named(words, 'az', 'role'), secret]).toEqual([[], [], '']);
    const [deployed = []] = named(words, 'sam', 'deploy');
    expect(deployed).toEqual(
      expect.arrayContaining(['AzureStorageContainerName=', 'Office365LogTypes=office365-exchange']),
    );
    expect(deployed.filter((word) => word.startsWith('AzureAuthentication'))).toEqual([]);
    expect(named(words, 'az', 'ad', 'app', 'federated-credential', 'create')).toHaveLength(2);
  });

  it('give the application of the collectors the permissions of their logs, and nothing else', async () => {
    const logs = ['entra-signins', 'entra-audits', 'entra-risky-users', 'office365-dlp'];

    const { words } = await calls(script({ storageAccounts: ['auditlogs'], logs }), shell);

    const [graph, office365] = [
      '00000003-0000-0000-c000-000000000000',
      'c5393580-f805-4401-95e8-94b7a6ef2fc2',
    ];
    const permitted = named(words, 'az', 'ad', 'app', 'permission', 'add');
    expect(permitted.map((call) => [call[8], call[10]])).toEqual([
      [graph, 'AuditLog.Read.All=Role'],
      [graph, 'IdentityRiskyUser.Read.All=Role'],
      [office365, 'ActivityFeed.Read=Role'],
      [office365, 'ActivityFeed.ReadDlp=Role'],
    ]);
    expect(named(words, 'az', 'ad', 'app', 'permission', 'admin-consent')).toHaveLength(1);
    expect(named(words, 'az', 'ad', 'app', 'create').map((call) => call[5])).toEqual([
      'crosstrail',
      'crosstrail-collectors',
    ]);
    expect(named(words, 'sam', 'deploy')[0]).toEqual(
      expect.arrayContaining([
        'EntraTenants=tenant-id',
        'EntraClientId=client-id',
        'GraphLogTypes=entra-signins,entra-audits,entra-risky-users',
        'Office365LogTypes=office365-dlp',
      ]),
    );
    // The roles of the readers, then those of the collectors.
    expect(named(words, 'az', 'ad', 'app', 'federated-credential', 'create')).toHaveLength(4);
  });

  it('let collectors in by their role beside a connection string, and not at all with a secret of theirs', async () => {
    const options = { authentication: 'ConnectionString', storageAccounts: ['auditlogs'] } as const;
    const texts = {
      ENTRA_CLIENT_ID: '99998888-aaaa-2222-bbbb-3333cccc4444',
      GRAPH_LOG_TYPES: 'entra-audits',
      ENTRA_TENANTS: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
    };
    const federated = async (more: Readonly<Record<string, string>>): Promise<number> => {
      const { words } = await calls(script(options, { ...texts, ...more }), shell);
      expect(named(words, 'sam', 'deploy')[0]).toContain(`EntraTenants=${texts.ENTRA_TENANTS}`);
      return named(words, 'az', 'ad', 'app', 'federated-credential', 'create').length;
    };

    expect(await federated({})).toBe(2);
    expect(await federated({ ENTRA_CREDENTIAL_SECRET: 'crosstrail/entra' })).toBe(0);
  });

  it('before anything is deployed, make the application, and ask the stack for its roles', async () => {
    const { words } = await calls(script({ storageAccounts: ['auditlogs'] }), shell);

    expect(named(words, 'az', 'ad', 'app', 'create')).toHaveLength(1);
    expect(named(words, 'sam', 'deploy')[0]).toContain('AzureClientId=client-id');
    const subjects = named(words, 'az', 'ad', 'app', 'federated-credential', 'create').map(
      (call) => JSON.parse(call[8] ?? '') as Record<string, unknown>,
    );
    expect(subjects).toMatchObject([
      { name: 'one', subject: 'arn:aws:iam::1:role/one', issuer: 'https://issuer.example' },
      { name: 'two', subject: 'arn:aws:iam::1:role/two', issuer: 'https://issuer.example' },
    ]);
  });

  it('narrow the role to the containers, each in its account', async () => {
    const { words } = await calls(script({ stack: 'crosstrail', onlyContainers: true }, BY_ROLE), shell);

    const scopes = named(words, 'az', 'role', 'assignment', 'create').map((call) => call.at(-1));
    const inside = '/blobServices/default/containers/';
    expect(scopes).toEqual([
      `/subscriptions/s/storageAccounts/auditlogs${inside}insights-activity-logs`,
      `/subscriptions/s/storageAccounts/morelogs${inside}insights-activity-logs`,
      `/subscriptions/s/storageAccounts/morelogs${inside}insights-logs-signinlogs`,
    ]);
  });

  it('store read-only signatures of each account in a secret, and leave none behind', async () => {
    const options = {
      authentication: 'ConnectionString',
      storageAccounts: ['auditlogs', 'morelogs'],
    } as const;

    const { words, secret } = await calls(script(options), shell);

    expect(secret).toBe(
      ['auditlogs', 'morelogs']
        .map(
          (name) =>
            `BlobEndpoint=https://${name}.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=a%2Fb\n`,
        )
        .join(''),
    );
    expect(named(words, 'az', 'storage', 'account', 'generate-sas')[0]?.slice(4).join(' ')).toBe(
      '--account-name auditlogs --services b --resource-types sco --permissions rl --https-only --expiry 2027-05-19T00:00Z --output tsv',
    );
    expect(JSON.stringify(words)).not.toContain('sig=');
    expect(named(words, 'sam', 'deploy')[0]).toContain(
      'AzureStorageConnectionStringSecret=crosstrail/azure-storage',
    );
    const { stdout } = await run('ls', [folder]);
    expect(stdout).not.toContain('tmp.');
  });
});

it.each([["it's"], ['$(rm -rf /)'], ['`id`'], ['a b\nc'], [''], ['--x']])(
  '%j stays one word of a shell',
  async (word) => {
    const { stdout } = await run('sh', ['-c', `printf '%s' ${shellWord(word)}`]);

    expect(stdout).toBe(word);
  },
);

describe('crosstrail doctor --setup', () => {
  it('prints what a shell takes, from options alone', async () => {
    const { code, stdout } = await crosstrail([
      'doctor',
      '--setup',
      '--storage-accounts',
      'auditlogs,morelogs',
      '--client',
      CLIENT,
    ]);

    expect(code).toBe(0);
    await run('bash', ['-n', '-c', stdout]);
    expect(stdout).toContain(`CLIENT='${CLIENT}'`);
    expect(stdout).toContain("--name 'morelogs'");
  });

  it('never takes a stack with containers for one without a storage account', () => {
    const stack = { AZURE_STORAGE_CONTAINER_NAME: 'insights-activity-logs', GRAPH_LOG_TYPES: 'entra-audits' };

    expect(() => planSetup({ stack: 'crosstrail' }, stack, NOW)).toThrow(
      'give its name with --storage-accounts',
    );
  });

  it.each([
    ['no storage account', ['--setup'], '--storage-accounts'],
    ['what is none', ['--setup', '--storage-accounts', "x'; rm -rf /"], 'lower-case letters'],
    ['a client id that is none', ['--setup', '--client', 'crosstrail'], 'must be a GUID'],
    [
      'a log that is none',
      ['--setup', '--storage-accounts', 'auditlogs', '--logs', 'entra-signin'],
      'LOG_TYPE_UNKNOWN: entra-signin is none of',
    ],
  ])('%s is wrong use', async (_, args, tells) => {
    const { code, stdout, stderr } = await crosstrail(['doctor', ...args]);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(tells);
  });
});
