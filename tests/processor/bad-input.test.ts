import { createHash } from 'node:crypto';
import type { AuditEvent } from '#mapping/audit-event.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import type { RejectMessage } from '#shared/rejects/reject-message.ts';
import { line, nameAt, Pipeline } from '../pipeline/pipeline.ts';
import { BAD_LINES, type BadLine } from './bad-lines.ts';

const NAME = nameAt('2026-11-20T12');
const TORN_TAIL = '{"time":"2026-11-20T10:00:00Z","operationName":"MICROSOFT';
/** Bytes of one append block, within what every service version takes. */
const BLOCK_BYTES = 3 * 1024 * 1024;

interface Placed extends BadLine {
  readonly offset: number;
}

let pipeline: Pipeline;
const placed: Placed[] = [];
const neighbours: string[] = [];
const delivered: AuditEvent[] = [];
let bytes: Buffer;
let rejects: readonly RejectMessage[];
let checkpoint: Checkpoint | undefined;

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Every bad line between two good ones, blank lines among them, and a torn tail. */
function writeLogObject(): Buffer {
  const parts: Buffer[] = [];
  let offset = 0;
  const add = (content: string | Buffer): void => {
    const part = Buffer.from(content);
    parts.push(part);
    offset += part.length;
  };
  BAD_LINES.forEach((each, index) => {
    const neighbour = line(`neighbour ${index}`, index % 2 === 0 ? '\r\n' : '\n');
    neighbours.push(neighbour.trimEnd());
    add(neighbour);
    if (index % 10 === 0) add(index % 20 === 0 ? '\r\n' : ' \t\n');
    placed.push({ ...each, offset });
    add(each.bytes);
    add(each.ending);
  });
  neighbours.push(line('last').trimEnd());
  add(line('last'));
  add(TORN_TAIL);
  return Buffer.concat(parts);
}

async function run(): Promise<void> {
  await pipeline.aggregate();
  const { destination } = pipeline.batch;
  const failed = await pipeline.process(undefined, {
    destination: {
      deliver: async (events) => {
        delivered.push(...events);
        return destination.deliver(events);
      },
    },
  });
  if (failed.length > 0) throw new Error('a range came back');
}

beforeAll(async () => {
  pipeline = await Pipeline.start();
  bytes = writeLogObject();
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    await pipeline.append(NAME, bytes.subarray(at, at + BLOCK_BYTES));
  }
  await run();
  // The torn tail is looked at again when its hour is long over.
  pipeline.now += 30 * 3_600_000;
  await run();
  rejects = await pipeline.rejects();
  [checkpoint] = await pipeline.checkpoints();
});
afterAll(async () => pipeline.close());

describe('a log object with every kind of bad line', () => {
  it('is committed to its last byte, and its counts add up', () => {
    const records = placed.length + neighbours.length + 1;

    expect(checkpoint).toMatchObject({ committed: bytes.length, torn: false });
    expect(checkpoint?.deliveredRecords).toBe(delivered.length);
    expect(checkpoint?.rejectedRecords).toBe(rejects.length);
    expect(delivered.length + rejects.length).toBe(records);
    const { deliveredBytes = 0, rejectedBytes = 0, framingBytes = 0 } = checkpoint ?? {};
    expect(deliveredBytes + rejectedBytes + framingBytes).toBe(bytes.length);
  });

  it('loses no neighbour, and delivers none twice', async () => {
    const uids = await pipeline.uids();

    expect(uids).toEqual(
      delivered.map(({ eventData }) => eventData.UID).toSorted((a, b) => (a < b ? -1 : 1)),
    );
    for (const neighbour of neighbours) {
      expect(uids.filter((uid) => uid === `sha256:${sha256(neighbour)}`)).toHaveLength(1);
    }
  });

  it('holds its torn tail back while its hour is open, and rejects it when it is over', () => {
    const tail = rejects.find(({ reason }) => reason === 'TORN_TAIL');

    expect(tail).toMatchObject({ offset: bytes.length - TORN_TAIL.length, record: { text: TORN_TAIL } });
  });

  it('has no bad line that its reject cannot be found and judged by', () => {
    for (const { offset, length, sha256: hash, record, reason } of rejects) {
      const original = bytes.subarray(offset, offset + length);
      const content = original.subarray(
        0,
        original.length - (/\r?\n?$/.exec(original.toString('latin1'))?.[0].length ?? 0),
      );
      expect(hash).toBe(sha256(content));
      const kept = record === undefined ? undefined : Buffer.from(record.text, record.encoding);
      // What does not fit a message is read again from the log object.
      expect(kept ?? content).toEqual(content);
      expect(kept === undefined).toBe(reason === 'RECORD_TOO_LONG');
    }
  });

  it('leaves nothing of a record in log lines and metrics', () => {
    expect(JSON.stringify(pipeline.emitted)).not.toMatch(/Lorem|neighbour|polluted|filler/);
  });

  it('leaves no trace of __proto__ in this process', () => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

function eventAt(offset: number): AuditEvent | undefined {
  return delivered.find(({ eventData }) => eventData.additionalEventData?.['offset'] === offset);
}

const REJECTED = BAD_LINES.filter(({ outcome }) => outcome !== 'delivered');
const DELIVERED = BAD_LINES.filter(({ outcome }) => outcome === 'delivered');

describe('rejected', () => {
  it.each(REJECTED)('$what: $outcome', ({ what, outcome }) => {
    const { offset, bytes: content, ending } = placed.find((each) => each.what === what)!;
    const found = rejects.filter((reject) => reject.offset === offset);

    expect(found).toMatchObject([{ reason: outcome, length: content.length + ending.length, attempts: 1 }]);
    expect(eventAt(offset)).toBeUndefined();
  });
});

describe('delivered', () => {
  it.each(DELIVERED)('$what', ({ what, holds = '', lacks }) => {
    const { offset } = placed.find((each) => each.what === what)!;
    const event = JSON.stringify(eventAt(offset)?.eventData);

    expect(event).toContain(holds);
    if (lacks !== undefined) expect(event).not.toContain(lacks);
    expect(rejects.filter((reject) => reject.offset === offset)).toEqual([]);
  });
});
