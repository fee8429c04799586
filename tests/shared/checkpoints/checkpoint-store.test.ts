import type { LogObject } from '#mapping/origin.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { initialCheckpoint, type Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import { Instance } from '../../reliability/in-process/instance.ts';
import { InProcessTable } from '../../reliability/in-process/table.ts';
import { StoredTable, TABLE } from './stored-table.ts';

let table: StoredTable;
beforeAll(async () => {
  table = await StoredTable.start();
});
afterAll(async () => table.close());

let store: DynamoCheckpointStore;
let logObject: LogObject;
let hours = 0;
beforeEach(() => {
  table.mend();
  store = new DynamoCheckpointStore(table.client, TABLE);
  // Each test has a log object of its own.
  hours += 1;
  const [day, hour] = [String(1 + Math.floor(hours / 24)), String(hours % 24)].map((text) =>
    text.padStart(2, '0'),
  );
  logObject = {
    account: 'logs',
    container: 'insights-activity-logs',
    name: `resourceId=/SUBSCRIPTIONS/A/y=2026/m=11/d=${day}/h=${hour}/m=00/PT1H.json`,
    generation: '2026-11-20T10:00:12Z',
  };
});

/** A checkpoint in which no two fields are equal. */
function someCheckpoint(): Checkpoint {
  return {
    logObject,
    committed: 600,
    examined: 640,
    knownEnd: 9_007_199_254_740_991,
    tail: 'settled',
    torn: true,
    framing: 'document',
    deliveredRecords: 3,
    deliveredBytes: 300,
    rejectedRecords: 2,
    rejectedBytes: 200,
    excludedRecords: 1,
    excludedBytes: 90,
    framingBytes: 10,
    openWindow: { end: 630, tail: 'closed', days: ['2026-11-19', '2026-11-20'] },
  };
}

describe('a checkpoint', () => {
  it('of a log object of which nothing was read knows nothing', () => {
    expect(initialCheckpoint(logObject)).toEqual({
      logObject,
      committed: 0,
      examined: 0,
      knownEnd: 0,
      tail: 'open',
      torn: false,
      framing: 'undecided',
      deliveredRecords: 0,
      deliveredBytes: 0,
      rejectedRecords: 0,
      rejectedBytes: 0,
      excludedRecords: 0,
      excludedBytes: 0,
      framingBytes: 0,
      openWindow: undefined,
    });
  });

  it('is read as it was committed, every field of it', async () => {
    const committed = someCheckpoint();

    await store.commit(undefined, committed);

    expect(await store.read(logObject)).toEqual(committed);
  });

  it('is there for no other generation, name, container or account', async () => {
    await store.commit(undefined, someCheckpoint());

    for (const other of [
      { generation: '2026-11-20T10:00:13Z' },
      { name: `${logObject.name}x` },
      { name: logObject.name.replace('/A/', '/B/') },
      { container: 'insights-logs-auditlogs' },
      { account: 'others' },
    ]) {
      expect(await store.read({ ...logObject, ...other })).toBeUndefined();
    }
  });

  it('is read consistently: a Processor that was just started sees the last commit of the one before', async () => {
    await store.read(logObject);

    expect(table.lastRequest()).toMatchObject({ ConsistentRead: true });
  });

  it('moves from one commit to the next', async () => {
    const first = someCheckpoint();
    const second: Checkpoint = { ...first, committed: 640, deliveredBytes: 340, torn: false, tail: 'closed' };

    await store.commit(undefined, first);
    await store.commit(first, second);

    expect(await store.read(logObject)).toEqual(second);
  });

  it.each([
    [undefined, 400],
    [30, 30],
  ])('with a retention of %s days expires %d days after its last change', async (retentionDays, days) => {
    // DynamoDB expires by whole seconds: none too early.
    const now = Date.parse('2026-11-20T10:00:00.001Z');
    const dated = new DynamoCheckpointStore(table.client, TABLE, retentionDays, () => now);

    await dated.commit(undefined, someCheckpoint());

    const { pk, sk } = keyOf(logObject);
    expect(await table.item(pk, sk)).toMatchObject({
      expiresAt: { N: String(Date.parse('2026-11-20T10:00:01Z') / 1000 + days * 86_400) },
      updatedAt: { S: '2026-11-20T10:00:00.001Z' },
    });
  });

  it('counts its retention from the moment of the commit', async () => {
    const before = Date.now();

    await store.commit(undefined, someCheckpoint());

    const { pk, sk } = keyOf(logObject);
    const updatedAt = Date.parse((await table.item(pk, sk))?.['updatedAt']?.S ?? '');
    expect(updatedAt).toBeGreaterThanOrEqual(before);
    expect(updatedAt).toBeLessThanOrEqual(Date.now());
  });
});

describe('a commit', () => {
  it('of what another invocation committed first is a conflict, and changes nothing', async () => {
    const first = someCheckpoint();
    await store.commit(undefined, first);

    const late = store.commit(undefined, { ...first, committed: 1, deliveredBytes: 1 });

    await expect(late).rejects.toMatchObject({
      code: 'CHECKPOINT_CONFLICT',
      message: expect.stringContaining(`${logObject.container}/${logObject.name}`) as string,
      fields: {
        account: logObject.account,
        container: logObject.container,
        logObject: logObject.name,
        committed: 0,
      },
    });
    expect(await store.read(logObject)).toEqual(first);
  });

  it.each<[string, Partial<Checkpoint>]>([
    ['committed offset', { committed: 601 }],
    ['examined bytes', { examined: 641 }],
    ['known end', { knownEnd: 1_000 }],
    ['tail', { tail: 'closed' }],
    [
      'end of the open window',
      { openWindow: { end: 631, tail: 'closed', days: ['2026-11-19', '2026-11-20'] } },
    ],
    ['days of the open window', { openWindow: { end: 630, tail: 'closed', days: ['2026-11-19'] } }],
    ['open window', { openWindow: undefined }],
  ])('is a conflict when another one moved the %s alone, and changes nothing', async (_, change) => {
    const before = someCheckpoint();
    const moved = { ...before, ...change };
    await store.commit(undefined, before);
    await store.commit(before, moved);

    const late = store.commit(before, { ...before, committed: 700, deliveredBytes: 400 });

    await expect(late).rejects.toMatchObject({
      code: 'CHECKPOINT_CONFLICT',
      fields: { committed: before.committed },
    });
    expect(await store.read(logObject)).toEqual(moved);
  });

  it('is a conflict when another one opened a window since', async () => {
    const before: Checkpoint = { ...someCheckpoint(), openWindow: undefined };
    await store.commit(undefined, before);
    await store.commit(before, someCheckpoint());

    const late = store.commit(before, { ...before, committed: 700, deliveredBytes: 400 });

    await expect(late).rejects.toMatchObject({ code: 'CHECKPOINT_CONFLICT' });
    expect(await store.read(logObject)).toEqual(someCheckpoint());
  });

  it('whose first answer was lost is no conflict with itself', async () => {
    const first = someCheckpoint();
    const second: Checkpoint = { ...first, committed: 640, deliveredBytes: 340 };

    table.loseNextAnswer();
    await store.commit(undefined, first);
    table.loseNextAnswer();
    await store.commit(first, second);

    expect(await store.read(logObject)).toEqual(second);
  });

  it('whose first answer was lost, and which another one overtook since, is a conflict', async () => {
    const first = someCheckpoint();
    const overtaking: Checkpoint = { ...first, committed: 640, deliveredBytes: 340 };
    const other = new DynamoCheckpointStore(table.direct, TABLE);

    table.loseNextAnswer(async () => other.commit(first, overtaking));
    const overtaken = store.commit(undefined, first);

    await expect(overtaken).rejects.toMatchObject({ code: 'CHECKPOINT_CONFLICT' });
    expect(await store.read(logObject)).toEqual(overtaking);
  });

  it('of the very same by two invocations is a conflict for the second: both delivered it', async () => {
    const first = someCheckpoint();
    await store.commit(undefined, first);

    const second = store.commit(undefined, first);

    await expect(second).rejects.toMatchObject({ code: 'CHECKPOINT_CONFLICT' });
  });
});

describe('checkpoints between two names of a scope', () => {
  const SCOPE = 'resourceId=/SUBSCRIPTIONS/BETWEEN/';
  const rest = (hour: string): string => `y=2026/m=11/d=20/h=${hour}/m=00/PT1H.json`;

  it('are those of the names from first to last, every generation of them, and no others', async () => {
    const add = async (changes: Partial<LogObject>): Promise<Checkpoint> => {
      const checkpoint = { ...someCheckpoint(), logObject: { ...logObject, ...changes } };
      await store.commit(undefined, checkpoint);
      return checkpoint;
    };
    await add({ name: SCOPE + rest('09') });
    const expected = [
      await add({ name: SCOPE + rest('10') }),
      await add({ name: SCOPE + rest('10'), generation: '2026-11-20T10:30:00Z' }),
      await add({ name: SCOPE + rest('11') }),
      await add({ name: SCOPE + rest('12') }),
      await add({ name: SCOPE + rest('12'), generation: '2026-11-20T12:30:00Z' }),
    ];
    await add({ name: SCOPE + rest('13') });
    await add({ name: `resourceId=/SUBSCRIPTIONS/BETWEEN/MORE/${rest('11')}` });
    await add({ name: SCOPE + rest('11'), container: 'insights-logs-auditlogs' });
    await add({ name: SCOPE + rest('11'), account: 'others' });

    const found = await store.between('logs', 'insights-activity-logs', SCOPE, rest('10'), rest('12'));

    expect(found).toEqual(expected);
  });

  it('are none where nothing was settled yet', async () => {
    expect(await store.between('logs', 'insights-activity-logs', 'no/', rest('00'), rest('23'))).toEqual([]);
  });

  it('are read to the last page', async () => {
    // DynamoDB ends a page at 1 MB, this table after two items.
    const paged = new DynamoCheckpointStore(
      new InProcessTable(() => undefined).client(new Instance()),
      TABLE,
    );
    const names = ['00', '01', '02', '03', '04'].map((hour) => SCOPE + rest(hour));
    for (const name of names) await paged.commit(undefined, initialCheckpoint({ ...logObject, name }));

    const found = await paged.between('logs', 'insights-activity-logs', SCOPE, rest('00'), rest('23'));

    expect(found.map((checkpoint) => checkpoint.logObject.name)).toEqual(names);
  });
});

describe('a table that fails', () => {
  it.each<[string, (broken: DynamoCheckpointStore) => Promise<unknown>]>([
    ['reading a checkpoint', (broken) => broken.read(logObject)],
    ['committing a checkpoint', (broken) => broken.commit(undefined, someCheckpoint())],
    ['querying checkpoints', (broken) => broken.between('logs', 'container', 'scope/', 'a', 'z')],
  ])('while %s is named, with the cause', async (doing, call) => {
    const broken = new DynamoCheckpointStore(table.direct, 'no-such-table');

    await expect(call(broken)).rejects.toMatchObject({
      code: 'STATE_TABLE_FAILED',
      passing: true,
      message: expect.stringContaining(`${doing} in table no-such-table failed`) as string,
      fields: {},
      cause: { name: 'ResourceNotFoundException' },
    });
  });
});

/** Where the checkpoint of an activity log object lies, as text. */
function keyOf({ account, container, name, generation }: LogObject): { pk: string; sk: string } {
  const year = name.indexOf('y=');
  return {
    pk: `scope#${account}/${container}/${name.slice(0, year)}`,
    sk: `${name.slice(year)}#${generation}`,
  };
}
