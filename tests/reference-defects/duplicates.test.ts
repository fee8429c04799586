import type { AuditEvent } from '#mapping/audit-event.ts';
import type { LakeFault, LakeRequest } from '#local/lake/lake-faults.ts';
import type { Destination } from '#shared/destinations/destination.ts';
import { line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

const NAME = nameAt('2026-11-20T12');

/** What goes wrong in the Lake; a test sets it. */
let fault: (request: LakeRequest) => LakeFault | undefined;
let pipeline: Pipeline;

beforeEach(async () => {
  fault = () => undefined;
  pipeline = await Pipeline.start({ lakeFaults: (request) => fault(request) });
});
afterEach(async () => pipeline.close());

/** Takes the range messages and gives them back as often as a queue may. */
async function takeMessages() {
  await pipeline.aggregate();
  return (await pipeline.takeRanges()).map(({ MessageId: messageId = '', Body: body = '' }) => ({
    messageId,
    body,
  }));
}

function recording(events: AuditEvent[], destination: Pick<Destination, 'deliver'>): Destination {
  return {
    deliver: (delivered) => {
      events.push(...delivered);
      return destination.deliver(delivered);
    },
  };
}

const unavailable: Pick<Destination, 'deliver'> = { deliver: async () => [] };

it('D1: of a log object that grew, only what was added is read and sent', async () => {
  await pipeline.append(NAME, line('a'));
  await pipeline.aggregate();
  await pipeline.process();
  const reads: [number, number][] = [];
  const { reader } = pipeline.batch;

  await pipeline.append(NAME, line('b'));
  await pipeline.aggregate();
  await pipeline.process(undefined, {
    reader: {
      knows: (account) => reader.knows(account),
      read: (logObject, offset, count, signal) => {
        reads.push([offset, count]);
        return reader.read(logObject, offset, count, signal);
      },
    },
  });

  expect(reads.filter(([, count]) => count > 0)).toEqual([[line('a').length, line('b').length]]);
  expect(await pipeline.uids()).toHaveLength(2);
});

it('D2: the same bytes make the same id and UID, whoever maps them and how often', async () => {
  await pipeline.append(NAME, line('a') + line('b'));
  const messages = await takeMessages();
  const first: AuditEvent[] = [];
  const second: AuditEvent[] = [];

  await pipeline.process(messages, { destination: recording(first, unavailable) });
  await pipeline.process(messages, { destination: recording(second, unavailable) });

  expect(first).toHaveLength(2);
  expect(second).toEqual(first);
  expect(new Set(first.map(({ id }) => id)).size).toBe(2);
});

it('D3: a rejected event neither fails its batch nor sends its neighbours again', async () => {
  await pipeline.append(NAME, line('a') + line('b') + line('c'));
  fault = ({ ids }) => ({ kind: 'fail-entries', codes: new Map([[ids[1] ?? '', 'InvalidData']]) });
  const messages = await takeMessages();

  const failed = [await pipeline.process(messages), await pipeline.process(messages)];

  expect(failed).toEqual([[], []]);
  expect(await pipeline.uids()).toHaveLength(2);
  expect(await pipeline.rejects()).toMatchObject([{ reason: 'INVALID_DATA', offset: line('a').length }]);
});

it('D4: what was accepted before a request that failed is committed, and not sent again', async () => {
  const lines = Array.from({ length: 250 }, (_, index) => line(String(index).padStart(3, '0')));
  await pipeline.append(NAME, lines.join(''));
  const messages = await takeMessages();
  // Requests of 100, 100 and 50 events: the last one is refused.
  fault = ({ ids }) => (ids.length === 50 ? { kind: 'refuse', type: 'ChannelNotFound' } : undefined);

  const failed = await pipeline.process(messages);
  const [checkpoint] = await pipeline.checkpoints();
  fault = () => undefined;
  const sent: AuditEvent[] = [];
  const again = await pipeline.process(messages, {
    destination: recording(sent, pipeline.batch.destination),
  });

  expect([failed.length, again.length]).toEqual([1, 0]);
  expect(checkpoint).toMatchObject({ deliveredRecords: 200, committed: 200 * lines[0]!.length });
  expect(sent).toHaveLength(50);
  expect(await pipeline.uids()).toHaveLength(250);
});

it('D5: a record that cannot be mapped is queued once, however often its range comes again', async () => {
  await pipeline.append(NAME, `no json\n${line('a')}`);
  const messages = await takeMessages();

  const failed = [
    await pipeline.process(messages, { destination: unavailable }),
    await pipeline.process(messages, { destination: unavailable }),
    await pipeline.process(messages),
  ];

  expect(failed.map(({ length }) => length)).toEqual([1, 1, 0]);
  expect(await pipeline.rejects()).toHaveLength(1);
});
