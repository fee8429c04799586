import { fromItem, toItem } from '#shared/checkpoints/checkpoint-item.ts';
import { initialCheckpoint, type Checkpoint } from '#shared/checkpoints/checkpoint.ts';

const LOG_OBJECT = {
  account: 'a',
  container: 'insights-activity-logs',
  name: 'resourceId=/SUBSCRIPTIONS/S/y=2026/m=11/d=20/h=10/m=00/PT1H.json',
  generation: '2026-11-20T10:00:12Z',
};

/** A checkpoint in which no two figures are the same. */
const CHECKPOINT: Checkpoint = {
  ...initialCheckpoint(LOG_OBJECT),
  committed: 100,
  examined: 110,
  knownEnd: 120,
  tail: 'settled',
  torn: true,
  framing: 'lines',
  deliveredRecords: 4,
  deliveredBytes: 50,
  rejectedRecords: 2,
  rejectedBytes: 20,
  excludedRecords: 3,
  excludedBytes: 25,
  framingBytes: 5,
};

describe('a checkpoint in the table', () => {
  it('comes back as it was written', () => {
    const item = toItem(CHECKPOINT, 1_800_000_000, '2026-11-20T12:00:00.000Z');

    expect(fromItem(item)).toEqual(CHECKPOINT);
  });

  it('that was written before there were filters has excluded nothing', () => {
    const item = toItem(CHECKPOINT, 1_800_000_000, '2026-11-20T12:00:00.000Z');
    delete item['excludedRecords'];
    delete item['excludedBytes'];

    expect(fromItem(item)).toEqual({ ...CHECKPOINT, excludedRecords: 0, excludedBytes: 0 });
  });

  // What is read under other names is forgotten, and delivered again.
  it('is stored as every version reads it', () => {
    const item = toItem(CHECKPOINT, 1_800_000_000, '2026-11-20T12:00:00.000Z');

    expect(item).toEqual({
      pk: { S: 'scope#a/insights-activity-logs/resourceId=/SUBSCRIPTIONS/S/' },
      sk: { S: 'y=2026/m=11/d=20/h=10/m=00/PT1H.json#2026-11-20T10:00:12Z' },
      account: { S: 'a' },
      container: { S: 'insights-activity-logs' },
      name: { S: LOG_OBJECT.name },
      generation: { S: '2026-11-20T10:00:12Z' },
      tail: { S: 'settled' },
      torn: { BOOL: true },
      framing: { S: 'lines' },
      committed: { N: '100' },
      examined: { N: '110' },
      knownEnd: { N: '120' },
      deliveredRecords: { N: '4' },
      deliveredBytes: { N: '50' },
      rejectedRecords: { N: '2' },
      rejectedBytes: { N: '20' },
      excludedRecords: { N: '3' },
      excludedBytes: { N: '25' },
      framingBytes: { N: '5' },
      updatedAt: { S: '2026-11-20T12:00:00.000Z' },
      expiresAt: { N: '1800000000' },
    });
  });

  it('that says nothing of a torn tail has none', () => {
    const item = toItem(CHECKPOINT, 1_800_000_000, '2026-11-20T12:00:00.000Z');
    delete item['torn'];

    expect(fromItem(item)).toEqual({ ...CHECKPOINT, torn: false });
  });
});
