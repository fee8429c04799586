import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { startSecretsManager } from '#local/secrets-manager.ts';

const region = 'eu-central-1';
const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start() {
  const { endpoint, put, close } = await startSecretsManager({ region });
  const client = new SecretsManagerClient({ endpoint, region, credentials: DUMMY_CREDENTIALS });
  stops.push(() => client.destroy(), close);
  const get = (input: ConstructorParameters<typeof GetSecretValueCommand>[0]) =>
    client.send(new GetSecretValueCommand(input));
  return { endpoint, put, client, get };
}

it('a secret is read by name, by ARN and by ARN without its random end', async () => {
  const { put, get } = await start();
  const arn = put('azure/connection', 'first');

  const values = await Promise.all(
    ['azure/connection', arn, arn.slice(0, -7)].map(
      async (SecretId) => (await get({ SecretId })).SecretString,
    ),
  );

  expect(arn).toMatch(/^arn:aws:secretsmanager:eu-central-1:000000000000:secret:azure\/connection-.{6}$/);
  expect(values).toEqual(['first', 'first', 'first']);
});

it('a rotated secret gives its new value, and the old one as AWSPREVIOUS', async () => {
  const { put, get, client } = await start();
  put('azure', 'first');
  put('azure', 'second');

  const current = await get({ SecretId: 'azure' });
  const previous = await get({ SecretId: 'azure', VersionStage: 'AWSPREVIOUS' });
  const byId = await get({ SecretId: 'azure', VersionId: previous.VersionId });
  const described = await client.send(new DescribeSecretCommand({ SecretId: 'azure' }));

  expect(current).toMatchObject({ SecretString: 'second', VersionStages: ['AWSCURRENT'], Name: 'azure' });
  expect(current.CreatedDate).toBeInstanceOf(Date);
  expect(previous.SecretString).toBe('first');
  expect(byId.SecretString).toBe('first');
  expect(described.VersionIdsToStages).toEqual({
    [String(current.VersionId)]: ['AWSCURRENT'],
    [String(previous.VersionId)]: ['AWSPREVIOUS'],
  });
  expect(JSON.stringify(described)).not.toContain('second');
});

it.each([
  ['ResourceNotFoundException', { SecretId: 'absent' }],
  ['ResourceNotFoundException', { SecretId: 'azure', VersionStage: 'AWSPENDING' }],
  ['ResourceNotFoundException', { SecretId: 'azure', VersionId: '00000000-0000-0000-0000-000000000000' }],
  ['ValidationException', { SecretId: '' }],
])('%s answers %j', async (name, input) => {
  const { put, get } = await start();
  put('azure', 'value');

  const getting = get(input);

  await expect(getting).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
});

it.each([
  ['an unsigned request', 'MissingAuthenticationTokenException', {}, '{"SecretId":"azure"}'],
  [
    'another operation',
    'UnknownOperationException',
    { 'x-amz-target': 'secretsmanager.PutSecretValue' },
    '{}',
  ],
  ['a body that is not JSON', 'SerializationException', {}, '{"SecretId"'],
  ['a body that is no object', 'SerializationException', {}, '[]'],
  ['an unknown parameter', 'InvalidParameterException', {}, '{"SecretId":"azure","Nonsense":"1"}'],
])('%s is refused: %s', async (_what, type, headers, body) => {
  const { endpoint } = await start();
  const authorization =
    'AWS4-HMAC-SHA256 Credential=local/20261120/eu-central-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0';

  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'x-amz-target': 'secretsmanager.GetSecretValue',
      ...(type === 'MissingAuthenticationTokenException' ? {} : { authorization }),
      ...headers,
    },
    body,
  });

  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ __type: type });
});

it('two servers at once hold different secrets', async () => {
  const [one, other] = [await start(), await start()];
  one.put('azure', 'only here');

  const getting = other.get({ SecretId: 'azure' });

  await expect(getting).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
