import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mapRecord } from '#mapping/map-record.ts';
import { PutAuditEventsCommand } from '#shared/aws/cloudtrail-data/index.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import { initialCheckpoint } from '#shared/checkpoints/checkpoint.ts';
import { accountAtQuiet } from './in-process/account-at-quiet.ts';
import { InProcessDeployment } from './in-process/deployment.ts';
import { Instance } from './in-process/instance.ts';
import { AWS_ACCOUNT, CHANNEL_ARN } from './in-process/lake.ts';
import type { LogObjectLife } from './in-process/log-object-life.ts';
import { ACTIVITY, activityName, activityRecord } from './in-process/records.ts';
import { ACCOUNT } from './in-process/storage.ts';
import { WatermarkOracle } from './in-process/watermark-oracle.ts';
import { LossOracle } from './model/loss-oracle.ts';

const HOUR = Date.parse('2026-11-20T10:00:00Z');
const RECORD = activityRecord('a');

let deployment: InProcessDeployment;
let life: LogObjectLife;
let table: DynamoDBClient;

beforeEach(() => {
  deployment = new InProcessDeployment({
    containers: [ACTIVITY],
    horizonHours: 6,
    windowBytes: 10_000,
    daysPerStep: 32,
    startAt: HOUR + 2_400_000,
    maxReceiveCount: 20,
  });
  life = deployment.storage.open(ACTIVITY, activityName(HOUR, 'A'));
  life.append(Buffer.from(`${RECORD}\r\n`));
  table = deployment.table.client(new Instance());
});

/** Delivers the record as an event, changed. */
async function deliver(change: { id?: string; UID?: string }): Promise<void> {
  const bytes = Buffer.from(RECORD);
  const origin = { ...life.logObject, offset: 0, length: life.content.length };
  const mapped = mapRecord({ bytes, origin, recipientAccountId: AWS_ACCOUNT });
  if (mapped.outcome !== 'event') throw new Error('the record cannot be mapped');
  const { id, eventData } = mapped.event;
  const event = {
    id: change.id ?? id,
    eventData: JSON.stringify({ ...eventData, UID: change.UID ?? eventData.UID }),
  };
  const input = { channelArn: CHANNEL_ARN, auditEvents: [event] };
  await deployment.lake.client(new Instance()).send(new PutAuditEventsCommand(input));
}

/** The oracles of the other tests can fail: each sees what it is there for. */
describe('the oracles see', () => {
  it('nothing wrong with a record that is delivered as it is', async () => {
    await deliver({});

    expect(deployment.violations).toEqual([]);
  });

  it.each([
    ['an event under the id of another place', { id: 'another' }, /id of the event at 0/],
    ['an event with the UID of other bytes', { UID: 'sha256:00' }, /UID of the event at 0/],
  ])('%s', async (_, change, message) => {
    await deliver(change);

    expect(deployment.violations).toEqual([expect.stringMatching(message)]);
  });

  it('a checkpoint that passes a record which nobody took', async () => {
    const { length } = life.content;
    const before = initialCheckpoint(life.logObject);

    await new DynamoCheckpointStore(table, 'checkpoints').commit(undefined, {
      ...before,
      committed: length,
      examined: length,
      deliveredRecords: 1,
      deliveredBytes: length,
    });

    expect(deployment.violations).toContainEqual(expect.stringMatching(/byte 0 is not settled/));
    expect(deployment.violations).toContainEqual(expect.stringMatching(/1 delivered .* but 0 records/));
  });

  it('a watermark that passes a log object which was not enqueued, and one that moves back', () => {
    const violations: string[] = [];
    const watermarks = new WatermarkOracle(
      deployment.storage,
      6 * 3_600_000,
      () => false,
      (what) => violations.push(what),
    );
    const itemAt = (moment: number) => ({
      pk: { S: `watermark#${ACCOUNT}/${ACTIVITY}` },
      watermark: { S: new Date(moment).toISOString() },
    });
    const { awsNow } = deployment;
    watermarks.starts(ACTIVITY, awsNow);

    watermarks.written(itemAt(awsNow), undefined);
    watermarks.written(itemAt(awsNow - 1), itemAt(awsNow));

    expect(violations).toEqual([
      expect.stringMatching(/passed .* bytes of which were not enqueued/),
      'the watermark moved back',
    ]);
  });

  it('a record that nobody looked at', () => {
    expect(accountAtQuiet(deployment)).toEqual([
      expect.stringMatching(/byte 0 of \d+ is lost/),
      expect.stringMatching(/the record at 0 could be delivered, but is lost/),
      expect.stringMatching(/0 of \d+ bytes were looked at/),
    ]);
  });

  it('a log object that was deleted unread without a word', async () => {
    const losses = new LossOracle(deployment);
    await deployment.aggregate(ACTIVITY);

    life.alive = false;
    losses.deleted(life);

    expect(losses.unreported()).toEqual([expect.stringMatching(/was deleted unread, and nothing says so/)]);
  });
});
