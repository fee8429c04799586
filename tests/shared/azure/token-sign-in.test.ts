import { BlobServiceClient } from '@azure/storage-blob';
import { startAzureBlob, type LocalAzureBlob } from '#local/azure-blob.ts';
import { startFaultProxy, type FaultProxy } from '#local/fault-proxy.ts';
import { AzureLogObjectListing } from '#shared/azure/log-object-listing.ts';
import { AzureLogObjectReader } from '#shared/azure/log-object-reader.ts';
import { REREAD_PAUSE_MS } from '#shared/azure/storage-account.ts';
import { accountsByToken, type StorageAccounts } from '#shared/azure/storage-accounts.ts';
import { IdentityStage } from './identity-stage.ts';

const CONTAINER = 'insights-activity-logs';
/** More than a page of a listing holds. */
const LOG_OBJECTS = 1_200;

let stage: IdentityStage;
let azure: LocalAzureBlob;
let proxy: FaultProxy;

beforeAll(async () => {
  stage = await IdentityStage.start();
  azure = await startAzureBlob({ certificate: stage.cloud.certificate });
  proxy = await startFaultProxy(new URL(azure.endpoint).origin, () => undefined, stage.cloud.certificate);
  const container = BlobServiceClient.fromConnectionString(azure.connectionString).getContainerClient(
    CONTAINER,
  );
  await container.create();
  for (let index = 0; index < LOG_OBJECTS; index += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, part) =>
        container
          .getBlockBlobClient(`a/${String(index + part).padStart(6, '0')}.json`)
          .upload('0123456789', 10),
      ),
    );
  }
});
afterEach(() => {
  proxy.rule = () => undefined;
  stage.aheadMs = 0;
});
afterAll(async () => {
  await proxy.close();
  await azure.close();
  await stage.close();
});

function accounts(): StorageAccounts {
  const { accountName } = azure;
  const urls = [{ account: accountName, url: `${proxy.endpoint}/${accountName}` }];
  return accountsByToken(urls, stage.identity(), { now: stage.now, sleep: async () => undefined });
}

async function listing(from: StorageAccounts = accounts()): Promise<AzureLogObjectListing> {
  const [account] = await from.all();
  if (account === undefined) throw new Error('there is no account');
  return new AzureLogObjectListing(account);
}

/** Tokens that were asked for while `work` ran. */
async function askedBy(work: () => Promise<unknown>): Promise<{ sts: number; entra: number }> {
  const before = stage.asked();
  await work();
  const after = stage.asked();
  return { sts: after.sts - before.sts, entra: after.entra - before.entra };
}

/** An answer of the Blob service. */
function refusal(status: number, code: string) {
  const body = Buffer.from(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
  const headers = { 'content-type': 'application/xml', 'x-ms-error-code': code };
  return { kind: 'answer' as const, status, headers, body };
}

it('many requests to Azure need one token of Entra and one of AWS', async () => {
  const all = accounts();
  const reader = new AzureLogObjectReader(all);
  const found: string[] = [];

  const asked = await askedBy(async () => {
    for await (const page of (await listing(all)).below(CONTAINER, 'a/')) {
      for (const { name, generation } of page.slice(0, 20)) {
        const logObject = { account: azure.accountName, container: CONTAINER, name, generation };
        found.push((await reader.read(logObject, 2, 5)).toString());
      }
    }
  });

  expect(found).toEqual(Array.from({ length: 40 }, () => '23456'));
  expect(asked).toEqual({ sts: 1, entra: 1 });
});

it('a token that ends in the middle of a listing is replaced, and the listing goes on', async () => {
  const pages: number[] = [];

  const asked = await askedBy(async () => {
    for await (const page of (await listing()).below(CONTAINER, 'a/')) {
      pages.push(page.length);
      stage.aheadMs = 3_590_000;
    }
  });

  expect(pages).toEqual([1_000, 200]);
  expect(asked).toEqual({ sts: 2, entra: 2 });
});

it('a token that Azure takes no more in the middle of a listing is replaced, and the listing goes on', async () => {
  const pages: number[] = [];
  const refused = new Set<string>();

  const asked = await askedBy(async () => {
    for await (const page of (await listing()).below(CONTAINER, 'a/')) {
      pages.push(page.length);
      refused.add(proxy.requests.at(-1)?.headers['authorization'] ?? '');
      proxy.rule = ({ headers }) =>
        refused.has(headers['authorization'] ?? '') ? refusal(401, 'InvalidAuthenticationInfo') : undefined;
    }
  });

  expect(pages).toEqual([1_000, 200]);
  expect(asked).toEqual({ sts: 2, entra: 2 });
});

it.each([
  [
    'has no role on it',
    refusal(403, 'AuthorizationPermissionMismatch'),
    'AZURE_ROLE_MISSING',
    ['az role assignment create', 'Storage Blob Data Reader', 'devstoreaccount1'],
  ],
  [
    'is of another tenant',
    refusal(401, 'InvalidAuthenticationInfo'),
    'AZURE_TOKEN_REFUSED',
    ['AzureTenantId', 'devstoreaccount1'],
  ],
  [
    'comes from outside of its network',
    refusal(403, 'AuthorizationFailure'),
    'AZURE_ACCESS_DENIED',
    ['firewall'],
  ],
])('a storage account whose caller %s says so, after one new token', async (_, answer, code, tells) => {
  proxy.rule = () => answer;
  const list = await listing();
  let error: { code?: string; message?: string; fix?: string } = {};

  const asked = await askedBy(async () => {
    error = await Array.fromAsync(list.below(CONTAINER, 'a/')).then(
      () => ({}),
      (reason: unknown) => reason as typeof error,
    );
  });

  expect(error.code).toBe(code);
  for (const part of tells) expect(`${error.message} ${error.fix}`).toContain(part);
  expect(asked).toEqual({ sts: 2, entra: 2 });
  expect(stage.secrets().filter((secret) => JSON.stringify(error).includes(secret))).toEqual([]);
});

it('an account that refuses every token asks for a new one every five seconds only', async () => {
  proxy.rule = () => refusal(403, 'AuthorizationPermissionMismatch');
  const list = await listing();

  const asked = await askedBy(async () => {
    for (let times = 0; times < 5; times += 1) {
      await Array.fromAsync(list.below(CONTAINER, 'a/')).catch(() => undefined);
    }
    stage.aheadMs += REREAD_PAUSE_MS;
    await Array.fromAsync(list.below(CONTAINER, 'a/')).catch(() => undefined);
  });

  expect(asked).toEqual({ sts: 3, entra: 3 });
});

it('a sign-in that stalls ends with the time of the invocation', async () => {
  const { entra, certificate, clientId } = stage.cloud;
  const silent = await startFaultProxy(entra.authorityHost, () => ({ kind: 'stall' }), certificate);
  const identity = stage.identity({ clientId, authorityHost: silent.endpoint });
  const urls = [{ account: azure.accountName, url: azure.endpoint }];
  const reader = new AzureLogObjectReader(accountsByToken(urls, identity));
  const logObject = {
    account: azure.accountName,
    container: CONTAINER,
    name: 'a/000000.json',
    generation: '',
  };
  const startedAt = Date.now();

  const reading = reader.read(logObject, 0, 1, AbortSignal.timeout(300));

  await expect(reading).rejects.toMatchObject({ code: 'OUT_OF_TIME' });
  expect(Date.now() - startedAt).toBeLessThan(4_000);
  await silent.close();
});

it('a request carries the token, and the name of Crosstrail', async () => {
  const before = proxy.requests.length;
  await Array.fromAsync((await listing()).below(CONTAINER, 'a/'));

  const [request] = proxy.requests.slice(before);

  expect(request?.headers['authorization']).toMatch(/^Bearer ey/);
  expect(request?.headers['user-agent']).toMatch(/^crosstrail /);
});
