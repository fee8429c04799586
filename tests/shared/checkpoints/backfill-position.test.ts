import { BackfillPosition, type Backfill } from '#shared/checkpoints/backfill-position.ts';
import { StoredTable, TABLE } from './stored-table.ts';

let table: StoredTable;
beforeAll(async () => {
  table = await StoredTable.start();
});
afterAll(async () => table.close());

const BACKFILL: Backfill = {
  account: 'logs',
  container: 'insights-activity-logs',
  since: Date.parse('2026-01-01T00:00:00Z'),
  until: Date.parse('2026-04-01T00:00:00Z'),
};

function positionOf(changes: Partial<Backfill> = {}): BackfillPosition {
  return new BackfillPosition(table.client, TABLE, { ...BACKFILL, ...changes });
}

beforeEach(async () => positionOf().clear());

describe('a backfill', () => {
  it('that has not begun is at the beginning', async () => {
    expect(await positionOf().read()).toBe('');
  });

  it('that was interrupted goes on where it was saved last', async () => {
    await positionOf().save('resourceId=/A/y=2026/m=01/d=01/');
    await positionOf().save('resourceId=/A/y=2026/m=01/d=02/');

    expect(await positionOf().read()).toBe('resourceId=/A/y=2026/m=01/d=02/');
    expect(table.lastRequest()).toMatchObject({ ConsistentRead: true });
  });

  it('that is complete is forgotten, so that the same days can be read again', async () => {
    await positionOf().save('resourceId=/A/y=2026/m=01/d=01/');

    await positionOf().clear();

    expect(await positionOf().read()).toBe('');
  });

  it.each<[string, Partial<Backfill>]>([
    ['account', { account: 'others' }],
    ['container', { container: 'insights-logs-auditlogs' }],
    ['first day', { since: BACKFILL.since + 86_400_000 }],
    ['last day', { until: BACKFILL.until + 86_400_000 }],
  ])('of another %s has a position of its own', async (_, changes) => {
    await positionOf().save('resourceId=/A/y=2026/m=01/d=01/');

    expect(await positionOf(changes).read()).toBe('');
  });

  it('is stored as every version reads it', async () => {
    await positionOf().save('resourceId=/A/y=2026/m=01/d=01/');

    const [pk, sk] = [
      'backfill#logs/insights-activity-logs',
      '2026-01-01T00:00:00.000Z..2026-04-01T00:00:00.000Z',
    ];
    expect(await table.item(pk, sk)).toEqual({
      pk: { S: pk },
      sk: { S: sk },
      position: { S: 'resourceId=/A/y=2026/m=01/d=01/' },
    });
  });
});

it.each<[string, (position: BackfillPosition) => Promise<unknown>]>([
  ['reading', (position) => position.read()],
  ['saving', (position) => position.save('x')],
  ['clearing', (position) => position.clear()],
])('a table that fails while %s the position is named, with the cause', async (doing, call) => {
  const broken = new BackfillPosition(table.direct, 'no-such-table', BACKFILL);

  await expect(call(broken)).rejects.toMatchObject({
    code: 'STATE_TABLE_FAILED',
    message: expect.stringContaining(
      `${doing} the position of a backfill in table no-such-table failed`,
    ) as string,
    cause: { name: 'ResourceNotFoundException' },
  });
});
