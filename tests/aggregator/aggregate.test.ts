import { AzureLogObjectListing } from '#shared/azure/log-object-listing.ts';
import { readRangeMessage } from '#shared/ranges/range.ts';
import { BACKFILL_QUEUE, RANGE_QUEUE } from '#local/sqs.ts';
import { accountBySecret } from '../pipeline/account-by-secret.ts';
import { CONTAINER, line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

const SECOND_SUBSCRIPTION = 'BBBBBBBB-0000-0000-0000-000000000002';

let pipeline: Pipeline;

beforeEach(async () => {
  pipeline = await Pipeline.start();
});
afterEach(async () => pipeline.close());

async function enqueuedNames(queues?: readonly string[]): Promise<string[]> {
  const messages = await pipeline.takeRanges(queues);
  return messages.map(({ Body = '' }) => readRangeMessage(Body).logObject.name).sort();
}

async function watermark(): Promise<string | undefined> {
  const state = await pipeline.aggregation.watermarks.read('devstoreaccount1', CONTAINER);
  return state.watermark === undefined ? undefined : new Date(state.watermark).toISOString();
}

describe('the first run', () => {
  it('enqueues all there is, of any age and depth, and sets the watermark to its start', async () => {
    const names = [
      nameAt('2019-01-31T23'),
      nameAt('2026-11-20T12', SECOND_SUBSCRIPTION),
      'name=default/resourceId=/SUBSCRIPTIONS/X/y=2018/m=10/d=01/h=00/m=00/PT1H.json',
      'resourceId=/SUBSCRIPTIONS/X/RESOURCEGROUPS/RG/PROVIDERS/P/T/N/y=2026/m=11/d=20/h=12/m=00/macAddress=000D3A/PT1H.json',
    ];
    for (const name of names) await pipeline.append(name, line('a'));
    await pipeline.append('stray.json', '{}');
    await pipeline.append('resourceId=/SUBSCRIPTIONS/X/y=2026/m=11/d=20/notes.txt', 'x');

    const result = await pipeline.aggregate();

    expect(await enqueuedNames()).toEqual([...names].sort());
    expect(result).toMatchObject({ outcome: 'finished', scopes: 5, rangesEnqueued: 4, logObjectsListed: 4 });
    expect(await watermark()).toBe('2026-11-20T12:30:00.000Z');
    expect(pipeline.emitted).toContainEqual({
      name: 'log-object.unrecognised',
      fields: expect.objectContaining({ example: 'stray.json' }),
    });
  });

  it('enqueues what is new in the live lane, and each older log object once in the lane of history', async () => {
    const recent = [nameAt('2026-11-20T12'), nameAt('2026-11-18T00')];
    const older = [nameAt('2026-11-17T23'), nameAt('2020-01-01T00')];
    for (const name of [...older, ...recent]) await pipeline.append(name, line('a'));

    await pipeline.aggregate();

    expect(await enqueuedNames([RANGE_QUEUE])).toEqual(recent.sort());
    expect(await enqueuedNames([BACKFILL_QUEUE])).toEqual(older.sort());
  });

  it('never lets a long history hold up what is new', async () => {
    for (let day = 0; day < 70; day += 1) {
      await pipeline.append(
        nameAt(new Date(Date.parse('2026-01-01') + day * 86_400_000).toISOString()),
        line('a'),
      );
    }
    pipeline.remainingMs = 1_000;
    expect((await pipeline.aggregate()).outcome).toBe('paused');
    await pipeline.append(nameAt('2026-11-20T12'), line('new'));
    pipeline.now += 3_600_000;

    await pipeline.aggregate();

    expect(await enqueuedNames([RANGE_QUEUE])).toEqual([nameAt('2026-11-20T12')]);
  });

  it('goes on across invocations that run out of time, and misses nothing', async () => {
    const names = Array.from({ length: 70 }, (_, day) =>
      nameAt(new Date(Date.parse('2026-01-01T05:00:00Z') + day * 86_400_000).toISOString()),
    );
    for (const name of names) await pipeline.append(name, line('a', '\n'));

    pipeline.remainingMs = 1_000;
    const outcomes: string[] = [];
    const enqueued: string[] = [];
    do {
      const { outcome } = await pipeline.aggregate();
      outcomes.push(outcome);
      enqueued.push(...(await enqueuedNames()));
      pipeline.now += 3_600_000;
    } while (outcomes.at(-1) === 'paused' && outcomes.length < 10);

    expect(outcomes).toEqual(['paused', 'paused', 'finished']);
    expect(enqueued.sort()).toEqual(names.sort());
    expect(await pipeline.aggregate()).toMatchObject({ outcome: 'finished', rangesEnqueued: 0 });
  });

  it('of an empty container enqueues nothing and sets the watermark', async () => {
    await pipeline.blobs().create();

    expect(await pipeline.aggregate()).toMatchObject({ outcome: 'finished', rangesEnqueued: 0 });
    expect(await watermark()).toBe('2026-11-20T12:30:00.000Z');
  });
});

describe('a later run', () => {
  it('enqueues what is new or grew within the horizon, and nothing else', async () => {
    const old = nameAt('2026-11-01T10');
    const growing = nameAt('2026-11-20T11');
    const late = nameAt('2026-11-18T13');
    for (const name of [old, growing, late]) await pipeline.append(name, line('a'));
    await pipeline.aggregate();
    expect(await pipeline.process()).toEqual([]);

    pipeline.now += 3_600_000;
    expect((await pipeline.aggregate()).rangesEnqueued).toBe(0);
    await pipeline.append(growing, line('b'));
    await pipeline.append(late, line('b'));
    await pipeline.append(nameAt('2026-11-20T13'), line('c'));
    pipeline.now += 60_000;
    await pipeline.aggregate();

    expect(await enqueuedNames()).toEqual([late, growing, nameAt('2026-11-20T13')].sort());
  });

  it('lists the days since the watermark and not what the container holds', async () => {
    for (let month = 1; month <= 9; month += 1) {
      await pipeline.append(nameAt(`2026-0${month}-10T10`), line('a'));
    }
    await pipeline.aggregate();

    pipeline.now += 3_600_000;
    const { days } = await pipeline.aggregate();

    // 48 hours of horizon, the hour since and the hour of clock skew: three days, whatever was before.
    expect(days).toBe(3);
  });

  it('enqueues growth within five minutes of the last range of the same log object', async () => {
    const name = nameAt('2026-11-20T12');
    await pipeline.append(name, line('a'));
    await pipeline.aggregate();
    await pipeline.process();

    await pipeline.append(name, line('b'));
    await pipeline.aggregate();

    expect(await enqueuedNames()).toEqual([name]);
  });

  it('reports a log object that shrank and does not read it again', async () => {
    const name = nameAt('2026-11-20T12');
    await pipeline.append(name, line('a') + line('b'));
    await pipeline.aggregate();
    await pipeline.process();
    const [checkpoint] = await pipeline.checkpoints();
    const before = checkpoint?.examined ?? 0;

    // What a rewrite within the second of the creation time looks like: the same generation, fewer bytes.
    const { listing } = pipeline.aggregation;
    async function* below(container: string, prefix: string) {
      for await (const page of listing.below(container, prefix)) {
        yield page.map((listed) => ({ ...listed, length: before - 1 }));
      }
    }
    await pipeline.aggregate({
      listing: { account: listing.account, level: (c, p) => listing.level(c, p), below },
    });

    expect(await enqueuedNames()).toEqual([]);
    expect(pipeline.emitted).toContainEqual({
      name: 'log-object.shrunk',
      fields: expect.objectContaining({ logObject: name, length: before - 1, examined: before }),
    });
  });
});

describe('the watermark', () => {
  it('stays when enqueueing fails, and the next run enqueues the same', async () => {
    await pipeline.append(nameAt('2026-11-20T12'), line('a'));

    const failing = pipeline.aggregate({
      ranges: { send: async () => Promise.reject(new Error('queue gone')) },
    });

    await expect(failing).rejects.toThrow('queue gone');
    expect(await watermark()).toBeUndefined();
    await pipeline.aggregate();
    expect(await enqueuedNames()).toHaveLength(1);
  });

  it('never moves back, and of two overlapping runs the second to end changes nothing', async () => {
    await pipeline.append(nameAt('2026-11-20T12'), line('a'));
    await pipeline.aggregate();
    pipeline.now += 3_600_000;
    const earlier = pipeline.now;

    const slow = pipeline.aggregate({
      ranges: {
        // The slow run is caught in the middle: another one starts later and ends first.
        send: async () => {
          pipeline.now += 60_000;
          await pipeline.aggregate();
        },
      },
    });

    expect((await slow).outcome).toBe('overtaken');
    expect(await watermark()).toBe(new Date(earlier + 60_000).toISOString());
  });
});

describe('what Azure refuses', () => {
  it('a missing container is one clear error', async () => {
    await expect(pipeline.aggregate()).rejects.toMatchObject({
      code: 'CONTAINER_NOT_FOUND',
      message: expect.stringContaining(CONTAINER),
    });
    expect(await watermark()).toBeUndefined();
  });

  it('a wrong key is one clear error that does not hold the key', async () => {
    const wrong = pipeline.cloud.azureBlob.connectionString.replace(
      /AccountKey=[^;]+/,
      'AccountKey=d3Jvbmcta2V5',
    );
    const { account } = await accountBySecret(() => wrong);
    const listing = new AzureLogObjectListing(account);

    const failing = pipeline.aggregate({ listing });

    await expect(failing).rejects.toMatchObject({ code: 'AZURE_ACCESS_DENIED' });
    await expect(failing).rejects.not.toMatchObject({ message: expect.stringContaining('d3Jvbmc') });
  });

  it('a rotated key is read again from the secret, without a new deployment', async () => {
    await pipeline.append(nameAt('2026-11-20T12'), line('a'));
    const good = pipeline.cloud.azureBlob.connectionString;
    const secrets = [good.replace(/AccountKey=[^;]+/, 'AccountKey=b2xkLWtleQ=='), good];
    const { account } = await accountBySecret(() => secrets.shift() ?? good);
    const listing = new AzureLogObjectListing(account);

    expect(await pipeline.aggregate({ listing })).toMatchObject({ outcome: 'finished', rangesEnqueued: 1 });
  });

  it.each([
    ['not a connection string', 'hello'],
    ['half of one', 'AccountName=x;EndpointSuffix=core.windows.net'],
  ])('%s is one clear error that does not repeat it', async (_, text) => {
    const connecting = accountBySecret(() => text);

    await expect(connecting).rejects.toMatchObject({
      code: 'CONNECTION_STRING_INVALID',
      message: expect.not.stringContaining(text),
    });
  });
});
