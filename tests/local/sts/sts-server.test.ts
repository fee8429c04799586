import { GetCallerIdentityCommand, GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { startWorkloadIdentity, type LocalWorkloadIdentity } from '#local/workload-identity.ts';

const ENTRA = { Audience: ['api://AzureADTokenExchange'], SigningAlgorithm: 'RS256', DurationSeconds: 300 };

let cloud: LocalWorkloadIdentity;
let client: STSClient;
beforeAll(async () => {
  cloud = await startWorkloadIdentity();
  client = new STSClient({
    endpoint: cloud.sts.endpoint,
    region: 'eu-central-1',
    credentials: DUMMY_CREDENTIALS,
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await cloud.close();
});

async function json(url: string): Promise<Record<string, unknown>> {
  return (await (await fetch(url)).json()) as Record<string, unknown>;
}

it('a token is verified by the key that its issuer publishes, and says which role asked for whom', async () => {
  const { WebIdentityToken = '', Expiration } = await client.send(new GetWebIdentityTokenCommand(ENTRA));
  const { iss = '' } = decodeJwt(WebIdentityToken);
  const document = await json(`${iss}/.well-known/openid-configuration`);
  const keys = (await json(String(document['jwks_uri']))) as unknown as JSONWebKeySet;

  const { payload, protectedHeader } = await jwtVerify(WebIdentityToken, createLocalJWKSet(keys), {
    audience: ENTRA.Audience[0] ?? '',
    issuer: cloud.sts.issuer,
  });

  expect(protectedHeader.alg).toBe('RS256');
  expect(payload.sub).toBe(cloud.sts.roleArn);
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  expect(Math.abs((Expiration?.getTime() ?? 0) / 1000 - (payload.exp ?? 0))).toBeLessThan(2);
  expect(document['issuer']).toBe(iss);
});

it.each([
  ['another audience', { ...ENTRA, Audience: ['https://example.com'] }, 'AccessDenied'],
  ['another algorithm', { ...ENTRA, SigningAlgorithm: 'ES384' }, 'AccessDenied'],
  ['a longer time', { ...ENTRA, DurationSeconds: 301 }, 'AccessDenied'],
  ['no time at all', { ...ENTRA, DurationSeconds: 59 }, 'ValidationError'],
  ['no audience', { ...ENTRA, Audience: [] }, 'ValidationError'],
])('%s is not what the template’s policy allows', async (_, request, name) => {
  await expect(client.send(new GetWebIdentityTokenCommand(request))).rejects.toMatchObject({ name });
});

it('a caller is told who it is', async () => {
  expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '000000000000',
    Arn: 'arn:aws:sts::000000000000:assumed-role/crosstrail-local/local',
  });
});

it('what is not signed for STS is refused', async () => {
  const answer = await fetch(cloud.sts.endpoint, { method: 'POST', body: 'Action=GetCallerIdentity' });

  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('<Code>MissingAuthenticationTokenException</Code>');
});
