import { InProcessDeployment } from './in-process/deployment.ts';
import { ACTIVITY, activityName, activityRecord } from './in-process/records.ts';

const HOUR = Date.parse('2026-11-20T10:00:00Z');

describe('a log object that was deleted unread and created again', () => {
  it('is delivered at once, while the range of the old one fails and is reported', async () => {
    const deployment = new InProcessDeployment({
      containers: [ACTIVITY],
      horizonHours: 6,
      windowBytes: 10_000,
      daysPerStep: 32,
      startAt: HOUR + 2_400_000,
      maxReceiveCount: 150,
    });
    const { storage } = deployment;
    const name = activityName(HOUR, 'A');
    const old = storage.open(ACTIVITY, name);
    old.append(Buffer.from(`${activityRecord('old')}\n`));
    await deployment.aggregate(ACTIVITY);
    old.alive = false;
    const again = storage.open(ACTIVITY, name);
    again.append(Buffer.from(`${activityRecord('new')}\n`));
    await deployment.aggregate(ACTIVITY);

    await deployment.processNext(deployment.ranges);

    expect(deployment.checkpoints.of(again)?.committed).toBe(again.content.length);
    expect(deployment.ranges.size).toBe(1);
    expect(deployment.emitted).toContainEqual({
      name: 'range.failed',
      fields: expect.objectContaining({
        logObject: name,
        generation: old.logObject.generation,
        error: expect.objectContaining({ code: 'LOG_OBJECT_RECREATED' }),
      }),
    });
  });
});
