import { startFaultProxy } from '#local/fault-proxy.ts';
import { EntraRefusal } from '#local/microsoft/entra-refusal.ts';
import { ServiceError } from '#local/service-error.ts';
import { createTokenIssuer } from '#local/sts/token-issuer.ts';
import { ENTRA_AUDIENCE } from '#shared/aws/web-identity-token.ts';
import { PENDING_MS } from '#shared/azure/entra-error.ts';
import { STORAGE_SCOPE, type EntraApplication } from '#shared/azure/workload-identity.ts';
import type { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { describeError } from '#shared/errors/describe-error.ts';
import { IdentityStage } from './identity-stage.ts';

const GRAPH_SCOPE = 'https://graph.microsoft.com/.default';

let stage: IdentityStage;
beforeEach(async () => {
  stage = await IdentityStage.start();
});
afterEach(async () => stage.close());

describe('a token of Entra ID', () => {
  it('is asked for once by callers side by side and one after another', async () => {
    const identity = stage.identity();

    const tokens = await Promise.all(Array.from({ length: 20 }, () => identity.tokenFor(STORAGE_SCOPE)));
    const later = await identity.tokenFor(STORAGE_SCOPE);

    expect(new Set([...tokens, later])).toEqual(new Set(stage.cloud.entra.tokens));
    expect(stage.asked()).toEqual({ sts: 1, entra: 1 });
  });

  it('of another service takes the same proof of the role', async () => {
    const identity = stage.identity();

    const storage = await identity.tokenFor(STORAGE_SCOPE);
    const graph = await identity.tokenFor(GRAPH_SCOPE);

    expect(graph).not.toBe(storage);
    expect(stage.asked()).toEqual({ sts: 1, entra: 2 });
    expect(stage.cloud.entra.requests.map(({ scope }) => scope)).toEqual([STORAGE_SCOPE, GRAPH_SCOPE]);
  });

  it('is asked for again four minutes before its end, with a new proof', async () => {
    const identity = stage.identity();
    const first = await identity.tokenFor(STORAGE_SCOPE);

    stage.aheadMs = (3_599 - 245) * 1000;
    expect(await identity.tokenFor(STORAGE_SCOPE)).toBe(first);
    stage.aheadMs += 10_000;
    expect(await identity.tokenFor(STORAGE_SCOPE)).not.toBe(first);

    expect(stage.asked()).toEqual({ sts: 2, entra: 2 });
  });

  it('that a service refused is asked for again, with a new proof', async () => {
    const identity = stage.identity();
    const first = await identity.tokenFor(STORAGE_SCOPE);

    identity.forget(STORAGE_SCOPE);

    expect(await identity.tokenFor(STORAGE_SCOPE)).not.toBe(first);
    expect(stage.asked()).toEqual({ sts: 2, entra: 2 });
  });

  it('is asked for in the name of Crosstrail', async () => {
    await stage.identity().tokenFor(STORAGE_SCOPE);

    expect(stage.cloud.entra.requests[0]?.userAgent).toMatch(/^crosstrail /);
  });
});

it('the proof of the role is asked for again a minute before its end', async () => {
  const identity = stage.identity();
  await identity.tokenFor(STORAGE_SCOPE);

  stage.aheadMs = 235_000;
  await identity.tokenFor(GRAPH_SCOPE);
  expect(stage.asked().sts).toBe(1);

  stage.aheadMs = 245_000;
  identity.forget('https://manage.office.com/.default');
  await identity.tokenFor('https://manage.office.com/.default');
  expect(stage.asked().sts).toBe(2);
});

/** What goes wrong, and what a person reads. */
const REFUSALS: readonly {
  readonly what: string;
  readonly arrange: (stage: IdentityStage) => void | Promise<void>;
  readonly change?: Partial<EntraApplication>;
  readonly code: CrosstrailError['code'];
  readonly passing: boolean;
  readonly tells: readonly string[];
}[] = [
  {
    what: 'outbound federation is off in the AWS account',
    arrange: ({ cloud }) => void (cloud.sts.isFederationEnabled = false),
    code: 'AWS_FEDERATION_DISABLED',
    passing: false,
    tells: ['OutboundWebIdentityFederationDisabled', 'aws iam enable-outbound-web-identity-federation'],
  },
  {
    what: 'the role may not ask for a token',
    arrange: ({ cloud }) => void (cloud.sts.fault = () => new ServiceError('AccessDenied', 'no', 403)),
    code: 'AWS_IDENTITY_DENIED',
    passing: false,
    tells: ['AccessDenied', 'sts:GetWebIdentityToken', 'RS256'],
  },
  {
    what: 'the role’s session ends too soon',
    arrange: ({ cloud }) =>
      void (cloud.sts.fault = () => new ServiceError('SessionDurationEscalationException', 'no', 403)),
    code: 'AWS_SESSION_ENDING',
    passing: true,
    tells: ['SessionDurationEscalation'],
  },
  {
    what: 'STS throttles',
    arrange: ({ cloud }) => void (cloud.sts.fault = () => new ServiceError('Throttling', 'Rate exceeded')),
    code: 'AWS_IDENTITY_UNAVAILABLE',
    passing: true,
    tells: ['Throttling'],
  },
  {
    what: 'no federated credential exists yet',
    arrange: ({ cloud }) => void cloud.entra.applications.set(cloud.clientId, []),
    code: 'ENTRA_CREDENTIAL_PENDING',
    passing: true,
    tells: ['AADSTS700021', 'role/crosstrail-local', 'doctor --setup'],
  },
  {
    what: 'another role than that of the federated credential',
    arrange: ({ cloud }) =>
      void (cloud.sts.alter = (claims) => ({ ...claims, subject: 'arn:aws:iam::000000000000:role/other' })),
    code: 'ENTRA_CREDENTIAL_PENDING',
    passing: true,
    tells: ['AADSTS700213', 'subject arn:aws:iam::000000000000:role/other'],
  },
  {
    what: 'the role in other letters',
    arrange: ({ cloud }) =>
      void (cloud.sts.alter = (claims) => ({ ...claims, subject: claims.subject.toUpperCase() })),
    code: 'ENTRA_CREDENTIAL_PENDING',
    passing: true,
    tells: ['AADSTS7002138', 'ARN:AWS:IAM'],
  },
  {
    what: 'another audience than that of the federated credential',
    arrange: ({ cloud }) =>
      void (cloud.sts.alter = (claims) => ({ ...claims, audience: 'api://AzureADTokenExchangeUSGov' })),
    code: 'ENTRA_CREDENTIAL_PENDING',
    passing: true,
    tells: ['AADSTS700212', 'audience api://AzureADTokenExchangeUSGov'],
  },
  {
    what: 'another AWS account than that of the federated credential',
    arrange: ({ cloud }) =>
      void cloud.entra.applications.set(cloud.clientId, [
        { issuer: 'https://other.example', subject: cloud.sts.roleArn, audience: ENTRA_AUDIENCE },
      ]),
    code: 'ENTRA_CREDENTIAL_PENDING',
    passing: true,
    tells: ['AADSTS700211', 'issuer https://127.0.0.1'],
  },
  {
    what: 'a proof that has expired, and one asked for anew as well',
    arrange: ({ cloud }) => void (cloud.sts.lifetimeSeconds = -400),
    code: 'ENTRA_ASSERTION_EXPIRED',
    passing: true,
    tells: ['AADSTS700024', 'clock'],
  },
  {
    what: 'a tenant that there is not',
    arrange: () => undefined,
    change: { tenantId: '00000000-0000-4000-8000-000000000000' },
    code: 'ENTRA_TENANT_UNKNOWN',
    passing: false,
    tells: ['AADSTS90002', '00000000-0000-4000-8000-000000000000', 'AzureTenantId'],
  },
  {
    what: 'an application that there is not',
    arrange: () => undefined,
    change: { clientId: '11111111-0000-4000-8000-000000000000' },
    code: 'ENTRA_CLIENT_UNKNOWN',
    passing: false,
    tells: ['AADSTS700016', '11111111-0000-4000-8000-000000000000', 'AzureClientId'],
  },
  {
    what: 'unauthorized_client with a number that nobody knows',
    arrange: ({ cloud }) =>
      void (cloud.entra.fault = () => new EntraRefusal(7_999_999, 'unauthorized_client', 'no')),
    code: 'ENTRA_CLIENT_UNKNOWN',
    passing: false,
    tells: ['unauthorized_client', 'AADSTS7999999'],
  },
  {
    what: 'conditional access',
    arrange: ({ cloud }) =>
      void (cloud.entra.fault = () => new EntraRefusal(53003, 'access_denied', 'blocked', 403)),
    code: 'ENTRA_REFUSED',
    passing: false,
    tells: ['AADSTS53003', 'sign-in'],
  },
  {
    what: 'Entra throttles',
    arrange: ({ cloud }) =>
      void (cloud.entra.fault = () => new EntraRefusal(90055, 'temporarily_unavailable', 'slow', 429)),
    code: 'ENTRA_UNAVAILABLE',
    passing: true,
    tells: ['429'],
  },
  {
    what: 'Entra is down',
    arrange: ({ cloud }) =>
      void (cloud.entra.fault = () => new EntraRefusal(90033, 'server_error', 'down', 503)),
    code: 'ENTRA_UNAVAILABLE',
    passing: true,
    tells: ['503'],
  },
  {
    what: 'nobody is there',
    arrange: () => undefined,
    change: { authorityHost: 'https://127.0.0.1:9' },
    code: 'ENTRA_UNAVAILABLE',
    passing: true,
    tells: ['did not answer', 'AzureAuthorityHost'],
  },
];

describe('a refused sign-in names its cause and what to do, and no token', () => {
  it.each(REFUSALS)('$what', async ({ arrange, change, code, passing, tells }) => {
    await arrange(stage);

    const error = await stage
      .identity(change)
      .tokenFor(STORAGE_SCOPE)
      .then(
        () => undefined,
        (reason: unknown) => reason as CrosstrailError,
      );

    expect(error).toMatchObject({ code, passing });
    for (const part of tells) expect(`${error?.message} ${error?.fix}`).toContain(part);
    const told = JSON.stringify(describeError(error)) + String(error?.stack);
    expect(stage.secrets().filter((secret) => told.includes(secret))).toEqual([]);
  });

  it('a proof that is forged is not taken, though it names the right role', async () => {
    const { sts, entra, clientId } = stage.cloud;
    const forger = await createTokenIssuer();
    const claims = {
      subject: sts.roleArn,
      audience: ENTRA_AUDIENCE,
      issuedAt: Date.now(),
      lifetimeSeconds: 300,
    };
    const token = await forger.sign(sts.issuer, claims);
    const identity = stage.identityWith({ current: async () => token, forget: () => undefined });

    await expect(identity.tokenFor(STORAGE_SCOPE)).rejects.toMatchObject({
      code: 'ENTRA_REFUSED',
      message: expect.stringContaining('AADSTS700027'),
    });
    expect(entra.applications.get(clientId)).toHaveLength(1);
  });
});

describe('a federated credential that Entra does not know', () => {
  it('passes for a quarter of an hour, then it is for a person, and a good sign-in starts anew', async () => {
    const { cloud } = stage;
    const identity = stage.identity();
    const [credential] = cloud.entra.applications.get(cloud.clientId) ?? [];
    const codeNow = (): Promise<string> =>
      identity.tokenFor(STORAGE_SCOPE).then(
        () => 'signed in',
        (error: CrosstrailError) => error.code,
      );
    cloud.entra.applications.set(cloud.clientId, []);

    expect(await codeNow()).toBe('ENTRA_CREDENTIAL_PENDING');
    stage.aheadMs = PENDING_MS - 1_000;
    expect(await codeNow()).toBe('ENTRA_CREDENTIAL_PENDING');
    stage.aheadMs = PENDING_MS + 5_000;
    expect(await codeNow()).toBe('ENTRA_CREDENTIAL_MISSING');
    cloud.federate(credential?.subject ?? '');
    expect(await codeNow()).toBe('signed in');
    identity.forget(STORAGE_SCOPE);
    cloud.entra.applications.set(cloud.clientId, []);
    expect(await codeNow()).toBe('ENTRA_CREDENTIAL_PENDING');
  });

  it('is not asked for three times in a row', async () => {
    stage.cloud.entra.applications.set(stage.cloud.clientId, []);

    await expect(stage.identity().tokenFor(STORAGE_SCOPE)).rejects.toMatchObject({
      code: 'ENTRA_CREDENTIAL_PENDING',
    });

    expect(stage.asked()).toEqual({ sts: 1, entra: 1 });
    expect(stage.pauses).toEqual([]);
  });
});

describe('tries at Entra are bounded', () => {
  it('a throttle that passes costs a pause, as long as Entra asks for', async () => {
    let left = 1;
    stage.cloud.entra.fault = () =>
      (left -= 1) >= 0
        ? new EntraRefusal(90055, 'temporarily_unavailable', 'slow', 429, { 'retry-after': '3' })
        : undefined;

    await stage.identity().tokenFor(STORAGE_SCOPE);

    expect(stage.asked()).toEqual({ sts: 1, entra: 2 });
    expect(stage.pauses).toEqual([3_000]);
  });

  it('one that lasts is given up after three tries', async () => {
    stage.cloud.entra.fault = () => new EntraRefusal(90033, 'server_error', 'down', 503);

    await expect(stage.identity().tokenFor(STORAGE_SCOPE)).rejects.toMatchObject({
      code: 'ENTRA_UNAVAILABLE',
    });

    expect(stage.asked()).toEqual({ sts: 1, entra: 3 });
    expect(stage.pauses).toEqual([1_000, 2_000]);
  });

  it('one that goes silent is given up after three tries', async () => {
    const { entra, certificate } = stage.cloud;
    const proxy = await startFaultProxy(entra.authorityHost, () => ({ kind: 'stall' }), certificate);
    const identity = stage.identity({ authorityHost: proxy.endpoint }, { tryTimeoutMs: 100 });

    const failing = identity.tokenFor(STORAGE_SCOPE);

    await expect(failing).rejects.toMatchObject({ code: 'ENTRA_UNAVAILABLE' });
    expect(proxy.requests).toHaveLength(3);
    await proxy.close();
  });

  it('an expired proof is replaced once', async () => {
    let given = 0;
    stage.cloud.sts.fault = () => {
      given += 1;
      stage.cloud.sts.lifetimeSeconds = given === 1 ? -400 : undefined;
      return undefined;
    };

    await stage.identity().tokenFor(STORAGE_SCOPE);

    expect(stage.asked()).toEqual({ sts: 2, entra: 2 });
  });
});
