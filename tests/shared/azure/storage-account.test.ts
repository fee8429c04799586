import {
  BlobServiceClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  type StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { startAzureBlob, type LocalAzureBlob } from '#local/azure-blob.ts';
import { AzureLogObjectListing } from '#shared/azure/log-object-listing.ts';
import { AzureLogObjectReader } from '#shared/azure/log-object-reader.ts';
import { SecretAccounts } from '#shared/azure/secret-accounts.ts';
import { accountBySecret } from '../../pipeline/account-by-secret.ts';

const FIRST =
  'DefaultEndpointsProtocol=https;AccountName=store;AccountKey=Zmlyc3Q=;EndpointSuffix=core.windows.net';
const SECOND =
  'DefaultEndpointsProtocol=https;AccountName=store;AccountKey=c2Vjb25k;EndpointSuffix=core.windows.net';
const ELSEWHERE =
  'DefaultEndpointsProtocol=https;AccountName=other;AccountKey=c2Vjb25k;EndpointSuffix=core.windows.net';

class Refused extends Error {
  readonly statusCode = 403;
}

/** An account whose secret and clock a test sets, and how often the secret was read. */
async function start() {
  const world = { secret: FIRST, now: 1_000_000, reads: 0, tries: 0 };
  const accounts = new SecretAccounts(
    {
      secretId: 'crosstrail/azure-storage',
      read: async () => {
        world.reads += 1;
        return [world.secret];
      },
    },
    { now: () => world.now, sleep: async () => undefined },
  );
  const [account] = await accounts.all();
  if (account === undefined) throw new Error('the secret holds no account');
  /** A request that only the credential of the secret `admitted` may make. */
  const request = (admitted: string, from = account): Promise<string> =>
    from.use(async (client) => {
      world.tries += 1;
      const key = (client.credential as StorageSharedKeyCredential).computeHMACSHA256('x');
      const { credential } = BlobServiceClient.fromConnectionString(admitted);
      if (key !== (credential as StorageSharedKeyCredential).computeHMACSHA256('x')) throw new Refused();
      return client.accountName;
    });
  return { accounts, world, request };
}

describe('a credential that Azure refuses', () => {
  it('is replaced by the one that the secret holds by now, and the request succeeds', async () => {
    const { world, request } = await start();
    await request(FIRST);
    world.secret = SECOND;

    await expect(request(SECOND)).resolves.toBe('store');

    expect(world).toMatchObject({ reads: 2, tries: 3 });
  });

  it('and did not change is read again once in five seconds, however many requests are refused', async () => {
    const { world, request } = await start();

    for (let second = 0; second < 20; second += 1) {
      await expect(request(SECOND)).rejects.toThrow(Refused);
      world.now += 1_000;
    }

    // The first read, then at 0, 5, 10 and 15 seconds.
    expect(world.reads).toBe(1 + 4);
    expect(world.tries).toBe(20);
  });

  it('is read again once for requests that are refused side by side', async () => {
    const { world, request } = await start();
    await request(FIRST);

    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => request(SECOND)));

    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'rejected'));
    expect(world.reads).toBe(2);
  });

  it('a secret that was rotated is found five seconds later at the latest', async () => {
    const { world, request } = await start();
    await expect(request(SECOND)).rejects.toThrow(Refused);
    world.secret = SECOND;

    world.now += 4_999;
    await expect(request(SECOND)).rejects.toThrow(Refused);
    world.now += 1;
    await expect(request(SECOND)).resolves.toBe('store');
  });

  it('two rotations in a row are both found at once', async () => {
    const { world, request } = await start();
    await request(FIRST);
    world.secret = SECOND;
    await request(SECOND);
    world.secret = FIRST;

    await expect(request(FIRST)).resolves.toBe('store');
  });

  it('a secret that is broken by now leaves the old credential, and is read again when it is mended', async () => {
    const { world, request } = await start();
    await request(FIRST);
    world.secret = 'hello';

    await expect(request(SECOND)).rejects.toMatchObject({ code: 'CONNECTION_STRING_INVALID' });
    await expect(request(FIRST)).resolves.toBe('store');
    world.secret = SECOND;
    world.now += 5_000;
    await expect(request(SECOND)).resolves.toBe('store');
  });

  it('a secret that names another account by now is used from the next invocation on', async () => {
    const { accounts, world, request } = await start();
    await request(FIRST);
    world.secret = ELSEWHERE;

    await expect(request(SECOND)).rejects.toThrow(Refused);

    const [account, ...others] = await accounts.all();
    expect([account?.name, others]).toEqual(['other', []]);
    await expect(request(ELSEWHERE, account)).resolves.toBe('other');
  });

  it('is replaced for all requests that are refused side by side', async () => {
    const { world, request } = await start();
    await request(FIRST);
    world.secret = SECOND;

    const answers = await Promise.all(Array.from({ length: 8 }, () => request(SECOND)));

    expect(answers).toEqual(answers.map(() => 'store'));
    expect(world.reads).toBe(2);
  });
});

describe('the name of the account', () => {
  it.each([
    ['a key', FIRST, 'store'],
    ['a SAS', 'BlobEndpoint=https://store.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=x', 'store'],
    [
      'a sovereign cloud',
      'BlobEndpoint=https://store.blob.core.usgovcloudapi.net;SharedAccessSignature=sv=1&sig=x',
      'store',
    ],
    [
      'an Azure DNS zone',
      'BlobEndpoint=https://store.z01.blob.storage.azure.net;SharedAccessSignature=sv=1&sig=x',
      'store',
    ],
    [
      'a domain of its own',
      'AccountName=store;BlobEndpoint=https://logs.example.com;SharedAccessSignature=sv=1&sig=x',
      'store',
    ],
  ])('is found in a connection string with %s', async (_what, connectionString, name) => {
    const { account } = await accountBySecret(() => connectionString);

    expect(account.name).toBe(name);
  });

  it('that nothing tells is asked for, instead of ranges of no account', async () => {
    const connectionString = 'BlobEndpoint=https://logs.example.com;SharedAccessSignature=sv=1&sig=hunter2';

    const naming = accountBySecret(() => connectionString);

    await expect(naming).rejects.toMatchObject({
      code: 'CONNECTION_STRING_INVALID',
      message: expect.stringMatching(/^(?!.*hunter2).*AccountName=/),
    });
  });
});

it('a range of the account before is not read from the account that the secret names now', async () => {
  const { accounts } = await start();
  const reader = new AzureLogObjectReader(accounts);
  const logObject = { account: 'other', container: 'c', name: 'n', generation: '2026-11-20T10:00:00Z' };

  await expect(reader.read(logObject, 0, 1)).rejects.toMatchObject({
    code: 'RANGE_REFUSED',
    message: expect.stringContaining('other/c is not configured'),
  });
});

describe('a shared access signature', () => {
  const CONTAINER = 'insights-activity-logs';
  let azure: LocalAzureBlob;
  beforeEach(async () => {
    azure = await startAzureBlob();
  });
  afterEach(async () => azure.close());

  /** A connection string as the portal gives it for a SAS, with these permissions on the container. */
  async function sasConnectionString(permissions: string): Promise<string> {
    const service = BlobServiceClient.fromConnectionString(azure.connectionString);
    await service.getContainerClient(CONTAINER).createIfNotExists();
    const sas = generateBlobSASQueryParameters(
      {
        containerName: CONTAINER,
        permissions: ContainerSASPermissions.parse(permissions),
        expiresOn: new Date(Date.now() + 3_600_000),
        protocol: SASProtocol.HttpsAndHttp,
      },
      service.credential as StorageSharedKeyCredential,
    );
    return `BlobEndpoint=${azure.endpoint};SharedAccessSignature=${sas.toString()}`;
  }

  it('with read and list is enough to list and to read, and names the account', async () => {
    const connectionString = await sasConnectionString('rl');
    const { accounts, account } = await accountBySecret(() => connectionString);
    const blob = BlobServiceClient.fromConnectionString(azure.connectionString)
      .getContainerClient(CONTAINER)
      .getAppendBlobClient('a/PT1H.json');
    await blob.create();
    await blob.appendBlock('0123456789', 10);

    const pages = await Array.fromAsync(new AzureLogObjectListing(account).below(CONTAINER, 'a/'));
    const [listed] = pages.flat();
    const logObject = {
      account: account.name,
      container: CONTAINER,
      name: listed?.name ?? '',
      generation: listed?.generation ?? '',
    };
    const bytes = await new AzureLogObjectReader(accounts).read(logObject, 2, 5);

    expect(logObject.account).toBe(azure.accountName);
    expect(bytes.toString()).toBe('23456');
  });

  it('that lacks a permission is access denied, and its signature stands in no error', async () => {
    const connectionString = await sasConnectionString('r');
    const { account } = await accountBySecret(() => connectionString);
    const signature = /sig=([^&;]+)/.exec(connectionString)?.[1] ?? '';

    const failing = Array.fromAsync(new AzureLogObjectListing(account).below(CONTAINER, 'a/'));

    await expect(failing).rejects.toMatchObject({ code: 'AZURE_ACCESS_DENIED' });
    const error = (await failing.catch((reason: unknown) => reason)) as { message: string; fields: object };
    expect(signature.length).toBeGreaterThan(20);
    expect(JSON.stringify([error.message, error.fields])).not.toContain(signature);
  });
});
