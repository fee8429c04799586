import dns from 'node:dns';
import { type AddressInfo, Server, Socket } from 'node:net';
import { jest } from '@jest/globals';
import { BlobServiceClient } from '@azure/storage-blob';

afterEach(() => {
  jest.restoreAllMocks();
});

it('no component listens on, or connects to, anything but 127.0.0.1, from its import to its end', async () => {
  const listen = jest.spyOn(Server.prototype, 'listen');
  const connect = jest.spyOn(Socket.prototype, 'connect');
  const lookup = jest.spyOn(dns, 'lookup');

  const { startAzureBlob } = await import('#local/azure-blob.ts');
  const { startDynamoDb } = await import('#local/dynamodb.ts');
  const { startSqs } = await import('#local/sqs.ts');
  const { startS3 } = await import('#local/s3.ts');
  const { startSecretsManager } = await import('#local/secrets-manager.ts');
  const started = await Promise.all([
    startAzureBlob(),
    startDynamoDb(),
    startSqs(),
    startS3(),
    startSecretsManager(),
  ]);
  for await (const _ of BlobServiceClient.fromConnectionString(started[0].connectionString).listContainers());
  for (const { endpoint } of started) await (await fetch(endpoint)).arrayBuffer();
  const listeners = listen.mock.contexts.map(
    (server) => ((server as Server).address() as AddressInfo).address,
  );
  await Promise.all(started.map(({ close }) => close()));

  // node:net passes what `connect` was called with as one array: options, then the callback.
  const hosts = connect.mock.calls.map((call) => [call[0]].flat()[0] as { host?: string });
  expect(listeners).toEqual(started.map(() => '127.0.0.1'));
  expect(connect).toHaveBeenCalled();
  expect(new Set(hosts.map(({ host }) => host))).toEqual(new Set(['127.0.0.1']));
  expect(new Set(lookup.mock.calls.map(([name]) => name))).toEqual(new Set(['127.0.0.1']));
});
