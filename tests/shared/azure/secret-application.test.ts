import { generate } from 'selfsigned';
import { startWorkloadIdentity, type LocalWorkloadIdentity } from '#local/workload-identity.ts';
import { parseApplicationSecret, type ApplicationSecret } from '#shared/azure/application-secret.ts';
import { describeError } from '#shared/errors/describe-error.ts';
import { SecretApplication } from '#shared/azure/secret-application.ts';

const PEM = [
  '-----BEGIN PRIVATE KEY-----',
  'a2V5',
  '-----END PRIVATE KEY-----',
  '-----BEGIN CERTIFICATE-----',
  'Y2VydA==',
  '-----END CERTIFICATE-----',
].join('\n');

describe('the secret of an application', () => {
  it.each([
    [
      'a client secret as plain text',
      ' q~8Q-client.secret_value \n',
      { kind: 'clientSecret', clientSecret: 'q~8Q-client.secret_value' },
    ],
    ['a client secret in JSON', '{"clientSecret":"value"}', { kind: 'clientSecret', clientSecret: 'value' }],
    ['a certificate with its key', `${PEM}\n`, { kind: 'certificate', certificate: PEM }],
    [
      'a certificate in JSON',
      JSON.stringify({ certificate: PEM }),
      { kind: 'certificate', certificate: PEM },
    ],
  ])('is read from %s', (_, text, secret) => {
    expect(parseApplicationSecret(text)).toEqual(secret);
  });

  it.each([
    ['nothing', ''],
    ['a certificate without its key', PEM.slice(PEM.indexOf('-----BEGIN CERTIFICATE'))],
    ['JSON with other members', '{"password":"x"}'],
    ['broken JSON', '{"clientSecret":'],
    ['a sentence', 'the secret of the application'],
  ])('is not taken from %s', (_, text) => {
    expect(parseApplicationSecret(text)).toBeUndefined();
  });
});

describe('an application with a secret of its own', () => {
  const SCOPE = 'https://graph.microsoft.com/.default';
  let cloud: LocalWorkloadIdentity;

  beforeAll(async () => {
    cloud = await startWorkloadIdentity();
  });
  afterAll(() => cloud.close());

  /** Reads the secrets one after the other, and then the last one again and again. */
  function application(...secrets: ApplicationSecret[]) {
    const { tenantId, authorityHost } = cloud.entra;
    let reads = 0;
    const source = {
      read: async () => {
        reads += 1;
        return secrets[Math.min(reads, secrets.length) - 1] as ApplicationSecret;
      },
    };
    const patience = { sleep: async () => undefined };
    const { clientId } = cloud;
    return {
      signIn: new SecretApplication({ tenantId, clientId, authorityHost }, source, patience),
      reads: () => reads,
    };
  }

  function clientSecret(value: string): ApplicationSecret {
    return { kind: 'clientSecret', clientSecret: value };
  }

  it('signs in with a client secret, and asks once for many requests side by side', async () => {
    cloud.entra.secrets.set(cloud.clientId, 'a-client-secret');
    const { signIn } = application(clientSecret('a-client-secret'));
    const before = cloud.entra.requests.length;

    const tokens = await Promise.all([1, 2, 3].map(() => signIn.tokenFor(SCOPE)));

    expect(new Set(tokens).size).toBe(1);
    expect(cloud.entra.tokens).toContain(tokens[0]);
    expect(cloud.entra.requests.length - before).toBe(1);
  });

  it('asks anew for what a service refused', async () => {
    cloud.entra.secrets.set(cloud.clientId, 'a-client-secret');
    const { signIn } = application(clientSecret('a-client-secret'));
    const first = await signIn.tokenFor(SCOPE);

    signIn.forget(SCOPE);

    expect(await signIn.tokenFor(SCOPE)).not.toBe(first);
  });

  it('signs in with a certificate', async () => {
    const pems = await generate([{ name: 'commonName', value: 'crosstrail' }], { keySize: 2048 });
    cloud.entra.certificates.set(cloud.clientId, pems.cert);
    const { signIn } = application({ kind: 'certificate', certificate: `${pems.private}\n${pems.cert}` });

    const token = await signIn.tokenFor(SCOPE);

    cloud.entra.certificates.clear();
    expect(cloud.entra.tokens).toContain(token);
  });

  it('reads a secret that was rotated, without a deployment', async () => {
    cloud.entra.secrets.set(cloud.clientId, 'the-new-secret');
    const { signIn, reads } = application(clientSecret('the-old-secret'), clientSecret('the-new-secret'));

    const token = await signIn.tokenFor(SCOPE);

    expect(cloud.entra.tokens).toContain(token);
    expect(reads()).toBe(2);
  });

  it('says that the secret is refused, and never shows it', async () => {
    cloud.entra.secrets.set(cloud.clientId, 'the-right-secret');
    const { signIn } = application(clientSecret('marker-of-a-wrong-secret'));

    const error: unknown = await signIn.tokenFor(SCOPE).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'ENTRA_SECRET_REFUSED', passing: false });
    expect(String(error)).toContain('AADSTS7000215');
    expect(JSON.stringify(describeError(error))).not.toContain('marker-of-a-wrong-secret');
  });
});
