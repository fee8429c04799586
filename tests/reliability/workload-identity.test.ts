import { startFaultProxy, type FaultProxy } from '#local/fault-proxy.ts';
import type { InvocationResult } from '#local/lambda/invocation.ts';
import { toSqsEvent } from '#local/lambda/sqs-event.ts';
import { ServiceError } from '#local/service-error.ts';
import { RANGE_QUEUE } from '#local/sqs.ts';
import type { LocalWorkloadIdentity } from '#local/workload-identity.ts';
import {
  BuiltFunctions,
  eventOf,
  everythingOf,
  loggedBy,
  type EnvironmentChange,
} from '../pipeline/built-functions.ts';
import { line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

let pipeline: Pipeline;
let functions: BuiltFunctions;
let identity: LocalWorkloadIdentity;
let storage: FaultProxy;
/** Log lines, results and errors of every function. */
const letOut: string[] = [];

beforeAll(async () => {
  pipeline = await Pipeline.start({ withWorkloadIdentity: true });
  const { workloadIdentity, azureBlob } = pipeline.cloud;
  if (workloadIdentity === undefined) throw new Error('the cloud has no workload identity');
  identity = workloadIdentity;
  storage = await startFaultProxy(
    new URL(azureBlob.endpoint).origin,
    () => undefined,
    workloadIdentity.certificate,
  );
  functions = await BuiltFunctions.build('aggregator', 'processor', 'auditor', 'replayer');
  for (let hour = 0; hour < 10; hour += 1) {
    await pipeline.append(nameAt(`2026-11-20T0${hour}`), line(`first ${hour}`) + line(`second ${hour}`));
  }
});
afterEach(async () => {
  await functions.end();
  identity.sts.isFederationEnabled = true;
  identity.sts.fault = undefined;
  identity.sts.alter = undefined;
  identity.sts.lifetimeSeconds = undefined;
  identity.entra.fault = undefined;
  storage.rule = () => undefined;
});
afterAll(async () => {
  await functions.close();
  await storage.close();
  await pipeline.close();
});

async function run(name: string, event: unknown, change: EnvironmentChange = {}): Promise<InvocationResult> {
  const { accountName } = pipeline.cloud.azureBlob;
  const lambda = functions.create(name, pipeline.cloud, {
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
    // Everything that Azure's own libraries would say.
    AZURE_LOG_LEVEL: 'verbose',
    AZURE_STORAGE_ACCOUNT_URLS: `${storage.endpoint}/${accountName}`,
    ...change,
  });
  const result = await lambda.invoke(event);
  letOut.push(everythingOf(result));
  return result;
}

function asked(): { sts: number; entra: number } {
  return { sts: identity.sts.requests.length, entra: identity.entra.requests.length };
}

it('lists, reads, audits and replays with tokens of the role: one for each function, and no secret anywhere', async () => {
  const before = asked();
  const listed = await run('aggregator', await eventOf('aggregator-schedule.json'));
  const messages = await pipeline.takeRanges();
  const batch = toSqsEvent(messages, pipeline.cloud.sqs.queueArn(RANGE_QUEUE));
  const requests = storage.requests.length;
  const processed = await run('processor', batch);
  const read = storage.requests.length - requests;
  const audited = await run('auditor', await eventOf('auditor-schedule.json'));

  expect([listed.error, processed.error, audited.error]).toEqual([undefined, undefined, undefined]);
  expect(processed.payload).toEqual({ batchItemFailures: [] });
  expect(await pipeline.uids()).toHaveLength(20);
  expect(read).toBe(10);
  expect(asked()).toEqual({ sts: before.sts + 3, entra: before.entra + 3 });
});

it('a function that runs again takes the token that it has', async () => {
  const { accountName } = pipeline.cloud.azureBlob;
  const lambda = functions.create('aggregator', pipeline.cloud, {
    AZURE_STORAGE_ACCOUNT_URLS: `${storage.endpoint}/${accountName}`,
  });
  const before = asked();

  for (let times = 0; times < 3; times += 1) await lambda.invoke(await eventOf('aggregator-schedule.json'));

  expect(asked()).toEqual({ sts: before.sts + 1, entra: before.entra + 1 });
});

it('each function is let in by its own role, and by no other', async () => {
  const roles = {
    AGGREGATORKEY: 'arn:aws:iam::000000000000:role/a',
    OTHERKEY: 'arn:aws:iam::000000000000:role/b',
  };
  for (const [key, role] of Object.entries(roles)) identity.sts.rolesByAccessKey.set(key, role);
  identity.federate(roles.AGGREGATORKEY);

  const admitted = await run('aggregator', {}, { AWS_ACCESS_KEY_ID: 'AGGREGATORKEY' });
  const refused = await run('aggregator', {}, { AWS_ACCESS_KEY_ID: 'OTHERKEY' });

  expect(admitted.error).toBeUndefined();
  expect(refused.error?.errorMessage).toContain('subject arn:aws:iam::000000000000:role/b');
});

/** What goes wrong, and what a person reads in the alarm's log. */
const OBSTACLES: readonly {
  readonly what: string;
  readonly arrange?: () => void;
  readonly change?: EnvironmentChange;
  readonly errorType: string;
  readonly tells: readonly string[];
}[] = [
  {
    what: 'outbound federation is off',
    arrange: () => void (identity.sts.isFederationEnabled = false),
    errorType: 'AWS_FEDERATION_DISABLED',
    tells: ['aws iam enable-outbound-web-identity-federation'],
  },
  {
    what: 'STS throttles',
    arrange: () => void (identity.sts.fault = () => new ServiceError('Throttling', 'Rate exceeded', 400)),
    errorType: 'AWS_IDENTITY_UNAVAILABLE',
    tells: ['Throttling'],
  },
  {
    what: 'another subject',
    arrange: () => void (identity.sts.alter = (claims) => ({ ...claims, subject: 'arn:aws:iam::1:role/x' })),
    errorType: 'ENTRA_CREDENTIAL_PENDING',
    tells: ['subject arn:aws:iam::1:role/x', 'doctor --setup'],
  },
  {
    what: 'another audience',
    arrange: () => void (identity.sts.alter = (claims) => ({ ...claims, audience: 'sts.example' })),
    errorType: 'ENTRA_CREDENTIAL_PENDING',
    tells: ['audience sts.example'],
  },
  {
    what: 'an expired proof',
    arrange: () => void (identity.sts.lifetimeSeconds = -400),
    errorType: 'ENTRA_ASSERTION_EXPIRED',
    tells: ['AADSTS700024'],
  },
  {
    what: 'a wrong tenant',
    change: { AZURE_TENANT_ID: '00000000-0000-4000-8000-000000000000' },
    errorType: 'ENTRA_TENANT_UNKNOWN',
    tells: ['AADSTS90002', 'AzureTenantId'],
  },
  {
    what: 'a wrong application',
    change: { AZURE_CLIENT_ID: '00000000-0000-4000-8000-000000000000' },
    errorType: 'ENTRA_CLIENT_UNKNOWN',
    tells: ['AADSTS700016', 'AzureClientId'],
  },
  {
    what: 'no role on the storage account',
    arrange: () =>
      void (storage.rule = () => ({
        kind: 'answer',
        status: 403,
        headers: { 'x-ms-error-code': 'AuthorizationPermissionMismatch', 'content-type': 'application/xml' },
        body: Buffer.from('<?xml version="1.0"?><Error><Code>AuthorizationPermissionMismatch</Code></Error>'),
      })),
    errorType: 'AZURE_ROLE_MISSING',
    tells: ['Storage Blob Data Reader', 'devstoreaccount1'],
  },
  {
    what: 'a storage account that is not there',
    change: { AZURE_STORAGE_ACCOUNT_URLS: 'https://127.0.0.1:9/devstoreaccount1' },
    errorType: 'AZURE_UNREACHABLE',
    tells: ['127.0.0.1:9'],
  },
  {
    what: 'nothing but the name of the mode',
    change: { AZURE_TENANT_ID: '', AZURE_CLIENT_ID: '', AZURE_STORAGE_ACCOUNT_URLS: '' },
    errorType: 'CONFIGURATION_INVALID',
    tells: ['AzureTenantId', 'AzureClientId', 'AzureStorageAccountUrls'],
  },
];

describe('an obstacle is one clear error and a failed invocation', () => {
  it.each(OBSTACLES)('$what', async ({ arrange, change = {}, errorType, tells }) => {
    arrange?.();

    const result = await run('aggregator', await eventOf('aggregator-schedule.json'), change);

    expect(result.error?.errorType).toBe(errorType);
    for (const part of tells) expect(result.error?.errorMessage).toContain(part);
    expect(result.error?.errorMessage.match(/What to do: /g)).toHaveLength(1);
  });

  it('ranges come again, and name the cause, while nobody is let in', async () => {
    await pipeline.append(nameAt('2026-11-20T11'), line('later'));
    await pipeline.aggregate();
    const batch = toSqsEvent(await pipeline.takeRanges(), pipeline.cloud.sqs.queueArn(RANGE_QUEUE));
    identity.entra.applications.set(identity.clientId, []);

    const failed = await run('processor', batch);
    identity.federate(identity.sts.roleArn);
    const settled = await run('processor', batch);

    expect(failed.payload).toMatchObject({ batchItemFailures: [{}] });
    expect(loggedBy(failed)[0]).toMatchObject({
      event: 'range.unfinished',
      error: { code: 'ENTRA_CREDENTIAL_PENDING' },
    });
    expect(settled.payload).toEqual({ batchItemFailures: [] });
    expect(await pipeline.uids()).toHaveLength(21);
  });
});

it('neither a proof of a role nor an access token is in any log line, result or error, at any level of logging', () => {
  const tokens = [...identity.sts.tokens, ...identity.entra.tokens];
  const parts = tokens.flatMap((token) => token.split('.').slice(1));

  expect(tokens.length).toBeGreaterThan(20);
  expect(letOut.length).toBeGreaterThan(12);
  expect(letOut.some((text) => text.includes('IdentityClient') || text.includes('azure:'))).toBe(true);
  expect(parts.filter((part) => letOut.some((text) => text.includes(part)))).toEqual([]);
  expect(letOut.filter((text) => /client_assertion=|access_token|Bearer ey/.test(text))).toEqual([]);
});
