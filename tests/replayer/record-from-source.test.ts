import { createHash } from 'node:crypto';
import { recordId } from '#mapping/ids.ts';
import type { Origin } from '#mapping/origin.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { MAX_RECORD_BYTES } from '#shared/framing/frame.ts';
import { writeRejectMessage, type RejectMessage } from '#shared/rejects/reject-message.ts';
import { CONTAINER, line, nameAt } from '../pipeline/pipeline.ts';
import { rejectBody } from './reject-body.ts';
import { Stage } from './replay-stage.ts';

const NAME = nameAt('2026-11-20T12');
/** Longer than a message of SQS, shorter than the longest record. */
const LONG = 'x'.repeat(1_200_000);

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.start();
});
afterEach(async () => stage.close());

/** A log object whose long record the Lake refuses at first; gives what the failure queue holds of it. */
async function rejectLongRecord(text = line(LONG)): Promise<RejectMessage> {
  await stage.pipeline.append(NAME, line('before') + text + line('after'));
  stage.faults = ({ ids }) => ({
    kind: 'fail-entries',
    codes: new Map(ids.map((id) => [id, 'InvalidData'])),
  });
  await stage.pipeline.aggregate();
  await stage.pipeline.process();
  stage.faults = () => undefined;
  stage.sent.length = 0;
  const kept = (await stage.rejects()).find(({ record }) => record === undefined);
  if (kept === undefined) throw new Error('the long record is not in the failure queue');
  await stage.clear();
  await stage.put(JSON.stringify(kept));
  return kept;
}

function placeOf({ account, container, name, generation, offset, length }: RejectMessage): Origin {
  return { account, container, name, generation, offset, length };
}

/** A message for a record that is not in it. */
function bodyWithoutRecord(origin: Origin, sha256 = '0'.repeat(64)): string {
  const rejection = { reason: 'INVALID_DATA', message: 'It was so.' } as const;
  return writeRejectMessage({ id: recordId(origin), origin, rejection, content: { sha256 } });
}

it.each([
  ['CR LF', '\r\n'],
  ['LF', '\n'],
])('a record that did not fit into its message is read again from its place (%s)', async (_, ending) => {
  const kept = await rejectLongRecord(line(LONG, ending));

  const report = await stage.replay();

  expect(kept.record).toBeUndefined();
  expect(stage.sent).toEqual([[kept.id]]);
  const hash = createHash('sha256').update(line(LONG, '')).digest('hex');
  expect(await stage.pipeline.uids()).toEqual([`sha256:${hash}`]);
  expect(report.nothingLeft).toBe(true);
  expect(await stage.rejects()).toEqual([]);
});

it('a record whose log object was deleted stays, with a reason that says so', async () => {
  const kept = await rejectLongRecord();
  await stage.pipeline.blobs().getBlobClient(NAME).delete();

  await stage.replay();

  expect(await stage.rejects()).toEqual([
    {
      ...kept,
      reason: 'SOURCE_GONE',
      message: 'The record, rejected as INVALID_DATA, can no longer be read (LOG_OBJECT_NOT_FOUND).',
      attempts: 2,
    },
  ]);
});

it.each([
  ['of another generation', { generation: '2020-01-01T00:00:00Z' }, 'LOG_OBJECT_RECREATED'],
  ['beyond the end', { offset: 99_000_000 }, 'LOG_OBJECT_SHRUNK'],
])('a record %s is gone', async (_, change, code) => {
  const place = { ...placeOf(await rejectLongRecord()), ...change };
  await stage.clear();
  await stage.put(bodyWithoutRecord(place));

  await stage.replay();

  expect(await stage.rejects()).toMatchObject([
    { reason: 'SOURCE_GONE', message: expect.stringContaining(code) as unknown, attempts: 2 },
  ]);
});

it('bytes that are not those of the hash are never delivered', async () => {
  const place = placeOf(await rejectLongRecord());
  await stage.clear();
  await stage.put(bodyWithoutRecord(place, 'a'.repeat(64)));

  await stage.replay();

  expect(stage.sent).toEqual([]);
  expect(await stage.rejects()).toMatchObject([
    { reason: 'SOURCE_CHANGED', sha256: 'a'.repeat(64), attempts: 2 },
  ]);
});

it('a record longer than any that is read whole is not read, and stays', async () => {
  const place = { ...placeOf(await rejectLongRecord()), length: MAX_RECORD_BYTES + 3 };
  await stage.clear();
  await stage.put(bodyWithoutRecord(place));
  let reads = 0;
  const reader = {
    knows: async () => true,
    read: async () => {
      reads += 1;
      return Buffer.alloc(0);
    },
  };

  await stage.replay({}, { reader });

  expect(reads).toBe(0);
  expect(await stage.rejects()).toMatchObject([{ reason: 'RECORD_TOO_LONG', attempts: 2 }]);
});

it('while Azure cannot be reached the message stays as it is, and others are delivered', async () => {
  const kept = await rejectLongRecord();
  await stage.put(rejectBody(1));
  const reader = {
    knows: async () => true,
    read: async () => {
      throw new CrosstrailError('AZURE_UNREACHABLE', 'no answer');
    },
  };

  const report = await stage.replay({}, { reader });

  expect(await stage.rejects()).toEqual([kept]);
  expect(await stage.pipeline.uids()).toHaveLength(1);
  expect(report).toMatchObject({
    outcomes: [
      { reason: 'INVALID_DATA', outcome: 'unsettled', cause: 'AZURE_UNREACHABLE', records: 1 },
      { reason: 'MAPPING_FAILED', outcome: 'delivered', records: 1 },
    ],
    complete: true,
    nothingLeft: false,
  });
});

it.each([
  ['container', { containers: [{ container: 'insights-logs-other' }] }],
  ['storage account', { reader: { knows: async () => false, read: async () => Buffer.from('x') } }],
])('nothing is read of a %s that is not configured', async (_, change) => {
  const kept = await rejectLongRecord();

  const report = await stage.replay({}, change);

  expect(report.outcomes).toMatchObject([{ outcome: 'unsettled', cause: 'RANGE_REFUSED' }]);
  expect(await stage.rejects()).toEqual([kept]);
  expect(kept.container).toBe(CONTAINER);
});
