import type { HttpRequest } from '@smithy/types';
import { HttpResponse } from '@smithy/core/protocols';
import {
  CloudTrailDataClient,
  type CloudTrailDataClientConfig,
  PutAuditEventsCommand,
} from '#shared/aws/cloudtrail-data/index.ts';
import { startLoopback } from './loopback.ts';

const command = () =>
  new PutAuditEventsCommand({
    channelArn: 'arn:aws:cloudtrail:eu-central-1:111122223333:channel/EXAMPLE8-558d-4f7e-a06c-43969EXAMPLE',
    auditEvents: [{ id: 'a', eventData: '{}' }],
  });
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' };

/** Sends one request through a handler that answers by itself, and returns what would have gone out. */
async function hostOf(config: CloudTrailDataClientConfig): Promise<string> {
  let hostname = '';
  const requestHandler = {
    handle: async (request: HttpRequest) => {
      ({ hostname } = request);
      return { response: new HttpResponse({ statusCode: 200, headers: {} }) };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
  await new CloudTrailDataClient({ credentials, ...config, requestHandler }).send(command());
  return hostname;
}

const before = { ...process.env };
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  // No file of the machine decides what these tests see.
  process.env['AWS_CONFIG_FILE'] = '/nonexistent';
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/nonexistent';
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, before);
});

describe('the endpoint', () => {
  it.each([
    [{ region: 'eu-central-1' }, 'cloudtrail-data.eu-central-1.amazonaws.com'],
    [{ region: 'us-east-1', useFipsEndpoint: true }, 'cloudtrail-data-fips.us-east-1.amazonaws.com'],
    [{ region: 'eu-west-1', useDualstackEndpoint: true }, 'cloudtrail-data.eu-west-1.api.aws'],
  ])('of %j is %s', async (config, expected) => {
    const host = await hostOf(config);

    expect(host).toBe(expected);
  });

  it('comes from AWS_ENDPOINT_URL_CLOUDTRAIL_DATA, credentials and Region from the environment too', async () => {
    const server = await startLoopback({});
    process.env['AWS_ENDPOINT_URL_CLOUDTRAIL_DATA'] = server.endpoint;
    process.env['AWS_REGION'] = 'eu-west-3';
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIDFROMENV';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'EXAMPLEKEY';
    const client = new CloudTrailDataClient();

    await client.send(command());

    expect(server.seen[0]?.headers.authorization).toMatch(
      /Credential=AKIDFROMENV\/\d{8}\/eu-west-3\/cloudtrail-data\//,
    );
    client.destroy();
    await server.close();
  });

  it('of the option beats the variable', async () => {
    process.env['AWS_ENDPOINT_URL_CLOUDTRAIL_DATA'] = 'http://variable.test';

    const host = await hostOf({ region: 'eu-central-1', endpoint: 'http://option.test' });

    expect(host).toBe('option.test');
  });

  it('of one’s own cannot be FIPS as well', async () => {
    const sending = hostOf({ region: 'us-east-1', endpoint: 'http://option.test', useFipsEndpoint: true });

    await expect(sending).rejects.toThrow('cannot be combined');
  });

  it('without a Region is an error that says so', async () => {
    const sending = hostOf({});

    await expect(sending).rejects.toThrow('Region is missing');
  });
});

it('AWS_MAX_ATTEMPTS bounds the attempts', async () => {
  const server = await startLoopback({ status: 503, body: {} });
  process.env['AWS_MAX_ATTEMPTS'] = '2';
  const client = new CloudTrailDataClient({ region: 'eu-central-1', endpoint: server.endpoint, credentials });

  const sending = client.send(command());

  await expect(sending).rejects.toMatchObject({ $metadata: { attempts: 2 } });
  expect(server.seen).toHaveLength(2);
  client.destroy();
  await server.close();
});
