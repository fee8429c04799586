import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { type LocalAzureBlob, startAzureBlob } from '#local/azure-blob.ts';

const started: LocalAzureBlob[] = [];
async function start(options?: Parameters<typeof startAzureBlob>[0]): Promise<LocalAzureBlob> {
  const blobs = await startAzureBlob(options);
  started.push(blobs);
  return blobs;
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((blobs) => blobs.close()));
});

async function containerOf({ connectionString }: LocalAzureBlob): Promise<ContainerClient> {
  const container =
    BlobServiceClient.fromConnectionString(connectionString).getContainerClient('insights-logs');
  await container.createIfNotExists();
  return container;
}

async function append(container: ContainerClient, name: string, text: string): Promise<void> {
  const blob = container.getAppendBlobClient(name);
  await blob.createIfNotExists();
  await blob.appendBlock(text, Buffer.byteLength(text));
}

it('an append blob grows, and a ranged read gives its bytes and its creation time', async () => {
  const container = await containerOf(await start());
  await append(container, 'a/PT1H.json', 'first\n');
  await append(container, 'a/PT1H.json', 'second\n');

  const part = await container.getBlobClient('a/PT1H.json').download(6, 6);

  const listed = await container.listBlobsFlat().next();
  const text = await new Response(part.readableStreamBody as never).text();
  expect(text).toBe('second');
  expect(part.contentRange).toBe('bytes 6-11/13');
  expect(part.createdOn).toBeInstanceOf(Date);
  expect(listed.value?.properties).toMatchObject({ createdOn: part.createdOn, contentLength: 13 });
});

it('a listing starts where it is told and stops at a delimiter', async () => {
  const container = await containerOf(await start());
  for (const name of ['a/1', 'b/2', 'c/3']) await append(container, name, 'x');

  const flat: string[] = [];
  for await (const blob of container.listBlobsFlat({ startFrom: 'b/2' })) flat.push(blob.name);
  const scopes: string[] = [];
  for await (const entry of container.listBlobsByHierarchy('/')) scopes.push(entry.name);

  expect(flat).toEqual(['b/2', 'c/3']);
  expect(scopes).toEqual(['a/', 'b/', 'c/']);
});

it('two servers at once hold different blobs on different ports of 127.0.0.1', async () => {
  const [one, other] = [await start(), await start()];
  await append(await containerOf(one), 'only-here', 'x');

  const exists = await (await containerOf(other)).getBlobClient('only-here').exists();

  expect(exists).toBe(false);
  expect(one.endpoint).not.toBe(other.endpoint);
  expect(one.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/devstoreaccount1$/);
});

it('a wrong key is refused', async () => {
  const { connectionString } = await start();
  const wrongKey = connectionString.replace('AccountKey=Eby8', 'AccountKey=AAAA');

  const listing = BlobServiceClient.fromConnectionString(wrongKey).listContainers().next();

  await expect(listing).rejects.toMatchObject({ statusCode: 403 });
});

it('a data directory keeps the blobs from one start to the next, on the port that was asked for', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'crosstrail-blobs-'));
  const first = await startAzureBlob({ dataDirectory });
  await append(await containerOf(first), 'kept', 'one\n');
  await first.close();
  const port = Number(new URL(first.endpoint).port);

  const second = await startAzureBlob({ dataDirectory, port });
  const container = await containerOf(second);
  await append(container, 'kept', 'two\n');
  const kept = await container.getBlobClient('kept').downloadToBuffer();
  await second.close();

  expect(second.endpoint).toBe(first.endpoint);
  expect(String(kept)).toBe('one\ntwo\n');
  await rm(dataDirectory, { recursive: true });
});

it('a closed server no longer answers', async () => {
  const blobs = await startAzureBlob();
  await blobs.close();

  const request = fetch(blobs.endpoint);

  await expect(request).rejects.toThrow('fetch failed');
});
