import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { DynamoWatermarkStore, type ListingState } from '#shared/checkpoints/watermark-store.ts';
import { StoredTable, TABLE } from './stored-table.ts';

let table: StoredTable;
beforeAll(async () => {
  table = await StoredTable.start();
});
afterAll(async () => table.close());

let store: DynamoWatermarkStore;
let container: string;
let containers = 0;
beforeEach(() => {
  table.mend();
  store = new DynamoWatermarkStore(table.client, TABLE);
  // Each test has a container of its own.
  containers += 1;
  container = `container-${containers}`;
});

const MOMENT = Date.parse('2026-11-20T10:00:00.123Z');
const NOTHING: ListingState = { watermark: undefined, walk: undefined, history: undefined, version: 0 };
const WALK = { startedAt: MOMENT + 1, since: MOMENT + 2, position: 'resourceId=/A/y=2026/m=11/d=19/' };
const LATER = { watermark: MOMENT + 5, walk: undefined, history: undefined };
const HISTORY = { until: MOMENT + 3, position: 'resourceId=/A/y=2025/m=01/d=01/' };

async function read(): Promise<ListingState> {
  return store.read('logs', container);
}

async function replace(before: ListingState, after: Partial<ListingState>): Promise<boolean> {
  const { watermark, walk, history } = { ...NOTHING, ...after };
  return store.replace('logs', container, before, { watermark, walk, history });
}

describe('the listing state of a container', () => {
  it('is empty before the first run', async () => {
    expect(await read()).toEqual(NOTHING);
  });

  it.each<[string, Partial<ListingState>]>([
    ['a watermark', { watermark: MOMENT }],
    ['a first walk', { walk: WALK }],
    ['a walk that starts', { watermark: MOMENT, walk: { ...WALK, position: '' } }],
    ['a history', { watermark: MOMENT, history: HISTORY }],
    ['a history that starts', { watermark: MOMENT, history: { ...HISTORY, position: '' } }],
    ['everything', { watermark: MOMENT, walk: WALK, history: HISTORY }],
  ])('with %s is read as it was written', async (_, state) => {
    const written = await replace(NOTHING, state);

    expect(written).toBe(true);
    expect(await read()).toEqual({ ...NOTHING, ...state, version: 1 });
  });

  it('is numbered by its writes, and forgets what a write leaves out', async () => {
    await replace(NOTHING, { watermark: MOMENT, walk: WALK, history: HISTORY });
    await replace(await read(), { watermark: MOMENT + 10, history: HISTORY });
    await replace(await read(), { watermark: MOMENT + 20 });

    expect(await read()).toEqual({ ...NOTHING, watermark: MOMENT + 20, version: 3 });
  });

  it('is that of no other container or account', async () => {
    await replace(NOTHING, { watermark: MOMENT });

    expect(await store.read('logs', `${container}-other`)).toEqual(NOTHING);
    expect(await store.read('others', container)).toEqual(NOTHING);
  });

  it('is read consistently: a run that was just started sees the last write of the one before', async () => {
    await read();

    expect(table.lastRequest()).toMatchObject({ ConsistentRead: true });
  });
});

describe('of two runs', () => {
  it('that start together the second to write changes nothing', async () => {
    await replace(NOTHING, { watermark: MOMENT });

    expect(await replace(NOTHING, { watermark: MOMENT - 1 })).toBe(false);
    expect(await read()).toMatchObject({ watermark: MOMENT, version: 1 });
  });

  it('that go on together the second to write changes nothing', async () => {
    await replace(NOTHING, { watermark: MOMENT });
    const seen = await read();
    await replace(seen, { watermark: MOMENT + 2 });

    expect(await replace(seen, { watermark: MOMENT + 1 })).toBe(false);
    expect(await read()).toMatchObject({ watermark: MOMENT + 2, version: 2 });
  });

  it('that write the very same only the first is told that it wrote', async () => {
    expect(await replace(NOTHING, { watermark: MOMENT })).toBe(true);
    expect(await replace(NOTHING, { watermark: MOMENT })).toBe(false);
  });
});

describe('a write whose first answer was lost', () => {
  it('is known to have been written', async () => {
    table.loseNextAnswer();
    expect(await replace(NOTHING, { watermark: MOMENT, walk: WALK })).toBe(true);
    const seen = await read();

    table.loseNextAnswer();
    expect(await replace(seen, { watermark: MOMENT + 1, history: HISTORY })).toBe(true);

    expect(await read()).toEqual({ ...NOTHING, watermark: MOMENT + 1, history: HISTORY, version: 2 });
  });

  it('is known to be overtaken when another run wrote since', async () => {
    const other = new DynamoWatermarkStore(table.direct, TABLE);
    const overtake = async (): Promise<void> => {
      await other.replace('logs', container, await other.read('logs', container), LATER);
    };

    table.loseNextAnswer(overtake);
    const written = await replace(NOTHING, { watermark: MOMENT });

    expect(written).toBe(false);
    expect(await read()).toEqual({ ...LATER, version: 2 });
  });
});

describe('the item of a container', () => {
  type Attributes = Record<string, AttributeValue | undefined>;
  const STORED: Attributes = {
    version: { N: '7' },
    watermark: { S: '2026-11-20T10:00:00.123Z' },
    walkStartedAt: { S: '2026-11-20T10:00:00.124Z' },
    walkSince: { S: '2026-11-20T10:00:00.125Z' },
    walkPosition: { S: WALK.position },
    historyUntil: { S: '2026-11-20T10:00:00.126Z' },
    historyPosition: { S: HISTORY.position },
  };

  async function putItem(changes: Attributes): Promise<void> {
    const attributes = Object.entries({ ...STORED, ...changes }).filter(([, value]) => value !== undefined);
    await table.put({
      pk: { S: `watermark#logs/${container}` },
      sk: { S: 'watermark' },
      ...(Object.fromEntries(attributes) as Record<string, AttributeValue>),
    });
  }

  it('is stored as every version reads it', async () => {
    await putItem({});
    const state = { watermark: MOMENT, walk: WALK, history: HISTORY, version: 7 };

    expect(await read()).toEqual(state);
    await replace(state, state);
    expect(await table.item(`watermark#logs/${container}`, 'watermark')).toEqual({
      pk: { S: `watermark#logs/${container}` },
      sk: { S: 'watermark' },
      ...STORED,
      version: { N: '8' },
    });
  });

  it('without positions starts its walk and its history at the beginning', async () => {
    await putItem({ walkPosition: undefined, historyPosition: undefined });

    expect(await read()).toMatchObject({ walk: { position: '' }, history: { position: '' } });
  });

  it.each<[string, Attributes]>([
    ['no version', { version: undefined }],
    ['a version that is no number', { version: { S: '7' } }],
    ['half a version', { version: { N: '7.5' } }],
    ['a watermark that is no moment', { watermark: { S: 'yesterday' } }],
    ['a walk that started at no moment', { walkStartedAt: { S: 'yesterday' } }],
    ['a walk since no moment', { walkSince: { S: 'yesterday' } }],
    ['a history until no moment', { historyUntil: { S: 'yesterday' } }],
    ['neither watermark nor walk', { watermark: undefined, walkStartedAt: undefined, walkSince: undefined }],
    ['a walk that never started', { walkStartedAt: undefined }],
    ['a walk since never', { walkSince: undefined }],
  ])('with %s is an error, never a silent first run', async (_, changes) => {
    await putItem(changes);

    await expect(read()).rejects.toMatchObject({
      code: 'STATE_TABLE_FAILED',
      message: expect.stringContaining(`watermark#logs/${container} in ${TABLE} is malformed`) as string,
    });
  });
});

describe('a table that fails', () => {
  it.each<[string, (broken: DynamoWatermarkStore) => Promise<unknown>]>([
    ['reading', (broken) => broken.read('logs', container)],
    ['writing', (broken) => broken.replace('logs', container, NOTHING, NOTHING)],
  ])('while %s the watermark is named, with the cause', async (doing, call) => {
    const broken = new DynamoWatermarkStore(table.direct, 'no-such-table');

    await expect(call(broken)).rejects.toMatchObject({
      code: 'STATE_TABLE_FAILED',
      message: expect.stringContaining(`${doing} the watermark in no-such-table failed`) as string,
      fields: {},
      cause: { name: 'ResourceNotFoundException' },
    });
  });
});
