import { createTokenIssuer } from '#local/sts/token-issuer.ts';
import { startWorkloadIdentity, type LocalWorkloadIdentity } from '#local/workload-identity.ts';

const AUDIENCE = 'api://AzureADTokenExchange';

let cloud: LocalWorkloadIdentity;
beforeAll(async () => {
  cloud = await startWorkloadIdentity();
});
afterAll(async () => cloud.close());

/** Asks for a token with this assertion, as the client credentials grant does. */
async function ask(assertion: string, change: Readonly<Record<string, string>> = {}) {
  const { entra, clientId } = cloud;
  const answer = await fetch(`${entra.authorityHost}/${entra.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: clientId,
      grant_type: 'client_credentials',
      scope: 'https://storage.azure.com/.default',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      ...change,
    }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function forged(algorithm: 'RS256' | 'ES384'): Promise<string> {
  const claims = {
    subject: cloud.sts.roleArn,
    audience: AUDIENCE,
    issuedAt: Date.now(),
    lifetimeSeconds: 300,
  };
  return (await createTokenIssuer(algorithm)).sign(cloud.sts.issuer, claims);
}

it.each([
  ['no assertion', async () => ask(''), 401, 'invalid_client', 7000218],
  ['what is no token', async () => ask('x.y.z'), 400, 'invalid_request', 50027],
  ['a signature by another key', async () => ask(await forged('RS256')), 401, 'invalid_client', 700027],
  ['another algorithm', async () => ask(await forged('ES384')), 401, 'invalid_client', 700027],
  [
    'another grant',
    async () => ask(await forged('RS256'), { grant_type: 'password' }),
    400,
    'unsupported_grant_type',
    70003,
  ],
  ['another application', async () => ask('x', { client_id: 'x' }), 400, 'unauthorized_client', 700016],
])('%s is refused as Entra refuses it', async (_, asking, status, error, number) => {
  const answer = await asking();

  expect(answer).toMatchObject({ status, body: { error, error_codes: [number] } });
  expect(String(answer.body['error_description'])).toMatch(
    new RegExp(`^AADSTS${number}: .*Correlation ID: `),
  );
});

it('another tenant has no endpoints', async () => {
  const answer = await fetch(`${cloud.entra.authorityHost}/common/v2.0/.well-known/openid-configuration`);

  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error_codes: [90002] });
});
