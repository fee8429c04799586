import { writeRangeMessage } from '#shared/ranges/range.ts';
import type { DestinationName } from './in-process/account.ts';
import { accountAtQuiet } from './in-process/account-at-quiet.ts';
import { ENOUGH_MS, InProcessDeployment } from './in-process/deployment.ts';
import { driveToQuiet } from './in-process/drive-to-quiet.ts';
import { everyOrder, type Overlap } from './in-process/every-order.ts';
import type { ReceivedMessage } from './in-process/fifo-queue.ts';
import { UNDISTURBED, type BoundaryCall, type Exposure } from './in-process/instance.ts';
import type { LogObjectLife } from './in-process/log-object-life.ts';
import { ACTIVITY, activityName, brokenRecord, recordOfSomeDay } from './in-process/records.ts';

const HOUR = Date.parse('2026-11-20T10:00:00Z');

function deploymentOf(
  windowBytes: number,
  destination: DestinationName = 'CloudTrailLake',
): { deployment: InProcessDeployment; life: LogObjectLife } {
  const deployment = new InProcessDeployment({
    destination,
    containers: [ACTIVITY],
    horizonHours: 6,
    windowBytes,
    daysPerStep: 2,
    startAt: HOUR + 2_400_000,
    maxReceiveCount: 20,
  });
  return { deployment, life: deployment.storage.open(ACTIVITY, activityName(HOUR, 'A')) };
}

function lines(...markers: string[]): Buffer {
  const record = (marker: string): string =>
    marker === 'broken' ? brokenRecord(marker) : recordOfSomeDay(marker);
  return Buffer.from(markers.map((marker) => `${record(marker)}\r\n`).join(''));
}

/** The message of the range of a log object up to `end`. */
function messageOf({ logObject }: LogObjectLife, end: number): ReceivedMessage {
  const body = writeRangeMessage({ logObject, end, tail: 'open' });
  return { messageId: `${end}`, body, receiptHandle: 'none', receiveCount: 1 };
}

/** A processor that got the range of a log object up to `end`. */
function processor(deployment: InProcessDeployment, life: LogObjectLife, end: number) {
  return (turn: Exposure['turn']): Promise<void> =>
    deployment.process([messageOf(life, end)], { exposure: { ...UNDISTURBED, turn } });
}

/** Calls of a processor whose order to those of another one matters when both write rows. */
const OF_ROWS: ReadonlySet<BoundaryCall> = new Set<BoundaryCall>([
  'checkpoint.read',
  'checkpoint.write',
  'rows.put',
]);

/** A processor that got the range up to `end`, in whose place others may come at these calls only. */
function writer(deployment: InProcessDeployment, life: LogObjectLife, end: number) {
  const work = processor(deployment, life, end);
  return (turn: Exposure['turn']) => work(async (name) => (OF_ROWS.has(name) ? turn(name) : undefined));
}

/** Calls of an aggregator whose order to another one's matters; the others only read what nobody changes here. */
const TOGETHER: ReadonlySet<BoundaryCall> = new Set<BoundaryCall>([
  'watermark.read',
  'listing.below',
  'range.send',
  'watermark.write',
]);

function aggregator(deployment: InProcessDeployment) {
  return (turn: Exposure['turn']) => {
    const turnOf: Exposure['turn'] = async (name) => (TOGETHER.has(name) ? turn(name) : undefined);
    return deployment.aggregate(ACTIVITY, { exposure: { ...UNDISTURBED, turn: turnOf } });
  };
}

async function quiet(deployment: InProcessDeployment): Promise<string[]> {
  await driveToQuiet(deployment);
  return accountAtQuiet(deployment);
}

describe('in every order of their calls', () => {
  it.each<[string, () => Promise<Overlap>]>([
    [
      'two processors of the same range lose nothing, and one of them commits',
      async () => {
        const { deployment, life } = deploymentOf(600);
        life.append(lines('a', 'broken', 'b'));
        const end = life.content.length;
        return {
          works: [processor(deployment, life, end), processor(deployment, life, end)],
          account: () => quiet(deployment),
        };
      },
    ],
    [
      'two processors of ranges of which one is longer',
      async () => {
        const { deployment, life } = deploymentOf(10_000);
        life.append(lines('a', 'b'), 30);
        const early = life.content.length;
        life.append(lines('c', 'broken'));
        return {
          works: [processor(deployment, life, early), processor(deployment, life, life.content.length)],
          account: () => quiet(deployment),
        };
      },
    ],
    ...(['S3', 'Both'] as const).map((destination): [string, () => Promise<Overlap>] => [
      `${destination}: two processors of ranges of which one is longer give no record two rows`,
      async () => {
        const { deployment, life } = deploymentOf(600, destination);
        life.append(lines('a', 'b', 'c', 'd'));
        const end = life.content.length;
        // All bytes are known already, two records are committed.
        let looks = 0;
        const remainingMs = (): number => ((looks += 1) > 1 ? 1_000 : ENOUGH_MS);
        await deployment.process([messageOf(life, end)], { remainingMs });
        return {
          works: [writer(deployment, life, end - 150), writer(deployment, life, end)],
          account: () => quiet(deployment),
        };
      },
    ]),
    [
      'two processors of a log object that is gone remember how far it reached',
      async () => {
        const { deployment, life } = deploymentOf(10_000);
        life.append(lines('a'));
        await processor(deployment, life, life.content.length)(UNDISTURBED.turn);
        const length = life.content.length;
        life.alive = false;
        return {
          works: [processor(deployment, life, length + 100), processor(deployment, life, length + 200)],
          account: async () => {
            // A range that met the other one's write comes again.
            await processor(deployment, life, length + 200)(UNDISTURBED.turn);
            const known = deployment.checkpoints.of(life)?.knownEnd;
            return [
              ...deployment.violations,
              ...(known === length + 200 ? [] : [`${length + 200} bytes were known, ${known} are`]),
            ];
          },
        };
      },
    ],
    [
      'a log object that is deleted and created again while it is read is read again from its start',
      async () => {
        const { deployment, life } = deploymentOf(600);
        life.append(lines('a', 'b', 'c'));
        const replace = async (turn: Exposure['turn']): Promise<void> => {
          await turn('log-object.read');
          life.alive = false;
          await turn('log-object.read');
          deployment.storage.open(ACTIVITY, life.logObject.name).append(lines('d'));
        };
        return {
          works: [processor(deployment, life, life.content.length), replace],
          account: () => quiet(deployment),
        };
      },
    ],
    [
      'two aggregators of a log object that grows enqueue all of it before the watermark moves',
      async () => {
        const { deployment, life } = deploymentOf(10_000);
        life.append(lines('a'));
        await deployment.aggregate(ACTIVITY);
        deployment.now += 3_600_000;
        const grow = async (turn: Exposure['turn']): Promise<void> => {
          await turn('log-object.read');
          life.append(lines('b'));
        };
        return {
          works: [aggregator(deployment), aggregator(deployment), grow],
          account: async () => {
            deployment.now += 3_600_000;
            await deployment.aggregate(ACTIVITY);
            const known = deployment.knownEnd(life);
            const { length } = life.content;
            return [
              ...deployment.violations,
              ...(known === length ? [] : [`${known} of ${length} bytes are enqueued`]),
            ];
          },
        };
      },
    ],
  ])('%s', async (_, begin) => {
    const { orders, found } = await everyOrder(begin);

    console.log(`${orders} orders, ${found.length} violations: ${expect.getState().currentTestName}`);
    expect(found).toEqual([]);
    expect(orders).toBeGreaterThan(2);
  });
});
