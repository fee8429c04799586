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
});
