import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mapConcurrently } from '#shared/concurrency.ts';
import { DUMMY_CREDENTIALS } from '#local/dummy-credentials.ts';
import { EVENT_BUCKET as Bucket, startS3 } from '#local/s3.ts';

const KEY = 'events/source=insights-logs-auditlogs/day=2026-11-20/%2FTENANT A+B(é)=1~0.jsonl.gz';

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

/** The client knows the endpoint and nothing else, as in the Lambdas: no switch for path-style addresses. */
async function start(options: Parameters<typeof startS3>[0] = {}) {
  const { endpoint, close } = await startS3(options);
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials: DUMMY_CREDENTIALS });
  let open = true;
  const stop = async (): Promise<void> => {
    if (!open) return;
    open = false;
    client.destroy();
    await close();
  };
  stops.push(stop);
  return { client, stop };
}

async function read(client: S3Client, Key: string): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
  return text(Body as Readable);
}

it('an object comes back with its bytes, type and metadata, whatever its key holds', async () => {
  const { client } = await start();
  const Metadata = { 'log-object': 'insights-logs-auditlogs/PT1H.json' };

  await client.send(
    new PutObjectCommand({ Bucket, Key: KEY, Body: 'rows', ContentType: 'application/gzip', Metadata }),
  );

  expect(await read(client, KEY)).toBe('rows');
  expect(await client.send(new HeadObjectCommand({ Bucket, Key: KEY }))).toMatchObject({
    ContentType: 'application/gzip',
    ContentLength: 4,
    Metadata,
  });
});

it('the same key again replaces the object', async () => {
  const { client } = await start();

  await client.send(new PutObjectCommand({ Bucket, Key: KEY, Body: 'first' }));
  await client.send(new PutObjectCommand({ Bucket, Key: KEY, Body: 'second' }));

  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([[KEY, 6]]);
  expect(await read(client, KEY)).toBe('second');
});

it('what is not there is answered as S3 answers it', async () => {
  const { client } = await start();
  const Key = 'events/none';

  await expect(client.send(new GetObjectCommand({ Bucket, Key }))).rejects.toThrow(NoSuchKey);
  await expect(client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toThrow(NotFound);
  await expect(client.send(new PutObjectCommand({ Bucket: 'no-bucket', Key, Body: 'x' }))).rejects.toThrow(
    NoSuchBucket,
  );
  expect((await client.send(new DeleteObjectCommand({ Bucket, Key }))).$metadata.httpStatusCode).toBe(204);
});

it('lists more than a thousand objects page by page, in the order of their bytes, each once', async () => {
  const { client } = await start();
  const keys = Array.from({ length: 1100 }, (_, n) => `events/${'aBé_-=~Z0'[n % 9]}${n}`);
  await mapConcurrently(keys, 50, async (Key) => {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  });

  const listed: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: 'events/' }))
    listed.push(...Contents.map(({ Key = '' }) => Key));

  expect(listed).toEqual(keys.toSorted((a, b) => Buffer.from(a).compare(Buffer.from(b))));
});

it('lists folders with a delimiter, also page by page', async () => {
  const { client } = await start();
  const days = ['2026-11-18', '2026-11-19', '2026-11-20'];
  for (const day of days) {
    for (const name of ['a', 'b'])
      await client.send(new PutObjectCommand({ Bucket, Key: `events/day=${day}/${name}`, Body: 'x' }));
  }

  const folders: string[] = [];
  const listing = { Bucket, Prefix: 'events/', Delimiter: '/', MaxKeys: 2 };
  for await (const { CommonPrefixes = [] } of paginateListObjectsV2({ client }, listing))
    folders.push(...CommonPrefixes.map(({ Prefix = '' }) => Prefix));

  expect(folders).toEqual(days.map((day) => `events/day=${day}/`));
});

it('with a data directory objects live on, whatever the port', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'crosstrail-s3-'));
  stops.push(() => rm(dataDirectory, { recursive: true }));
  const first = await start({ dataDirectory });
  await first.client.send(new PutObjectCommand({ Bucket, Key: KEY, Body: 'rows', Metadata: { a: 'b' } }));
  await first.stop();

  const second = await start({ dataDirectory });

  expect(await read(second.client, KEY)).toBe('rows');
  expect(await second.client.send(new HeadObjectCommand({ Bucket, Key: KEY }))).toMatchObject({
    Metadata: { a: 'b' },
  });
});

it('creates an object once when it is asked to, also by two at a time', async () => {
  const { client } = await start();
  const put = (Body: string) =>
    client.send(new PutObjectCommand({ Bucket, Key: KEY, Body, IfNoneMatch: '*' })).then(
      () => 200,
      (error: unknown) => (error as { $metadata: { httpStatusCode?: number } }).$metadata.httpStatusCode,
    );

  const atOnce = await Promise.all([put('one'), put('two')]);
  const later = await put('three');

  expect(atOnce.filter((status) => status === 200)).toHaveLength(1);
  expect(later).toBe(412);
  expect(['one', 'two']).toContain(await read(client, KEY));
});

/** What the doc comment of `startS3` warns of: when one of these fails, fauxqs has learnt it, and the comment goes. */
it('takes what S3 would refuse: a failed condition, a wrong checksum, a key too long', async () => {
  const { client } = await start();
  await client.send(new PutObjectCommand({ Bucket, Key: KEY, Body: 'first' }));

  const puts = [
    { Key: KEY, IfMatch: '"another"' },
    { Key: 'checksum', ChecksumSHA256: Buffer.alloc(32).toString('base64') },
    { Key: 'k'.repeat(1025) },
  ];

  for (const put of puts)
    expect(
      (await client.send(new PutObjectCommand({ Bucket, Body: 'other', ...put }))).$metadata.httpStatusCode,
    ).toBe(200);
});
