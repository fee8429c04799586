import type { RejectReason } from '#mapping/reject-reason.ts';
import { MAX_RECORD_BYTES } from '#shared/framing/frame.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import type { RejectMessage } from '#shared/rejects/reject-message.ts';
import { line, nameAt, Pipeline } from '../pipeline/pipeline.ts';

interface Document {
  readonly what: string;
  readonly content: string;
  /** Records delivered. */
  readonly delivered: number;
  /** Reasons of the rejects, in the order of their offsets. */
  readonly rejected: readonly RejectReason[];
}

const record = (marker: string): string => line(marker, '');

function documentOf(...elements: readonly string[]): string {
  return `{"records":[${elements.join(',')}]}`;
}

/** Each is a log object of its own. */
const DOCUMENTS: readonly Document[] = [
  { what: 'no records', content: documentOf(), delivered: 0, rejected: [] },
  {
    what: 'a byte order mark in front',
    content: `\uFEFF${documentOf(record('a'))}`,
    delivered: 1,
    rejected: [],
  },
  {
    what: 'CRLF and blanks between everything',
    content: `{\r\n  "records" : [\r\n${record('a')}\r\n,\r\n\t${record('b')} ]\r\n}\r\n`,
    delivered: 2,
    rejected: [],
  },
  {
    what: 'elements that are no records, between two that are',
    content: documentOf(record('a'), '1', '"text"', 'null', '[]', `[${record('x')}]`, '{}', record('b')),
    delivered: 2,
    rejected: [
      'NOT_AN_OBJECT',
      'NOT_AN_OBJECT',
      'NOT_AN_OBJECT',
      'NOT_AN_OBJECT',
      'NOT_AN_OBJECT',
      'NO_EVENT_TIME',
    ],
  },
  {
    what: 'an element with single quotes',
    content: documentOf(record('a'), "{'time':'2026-11-20T10:00:00Z'}", record('b')),
    delivered: 2,
    rejected: ['NOT_JSON'],
  },
  {
    what: 'brackets, quotes and line separators inside texts',
    content: documentOf(record(String.raw`}]},{\"[\\`), record('x\u2028\u0085y'), record('b')),
    delivered: 3,
    rejected: [],
  },
  {
    what: 'an element nested 10,000 deep',
    content: documentOf(record('a'), `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, record('b')),
    delivered: 2,
    rejected: ['NESTED_TOO_DEEP'],
  },
  {
    what: 'an element over the cap',
    content: documentOf(record('a'), record('x'.repeat(MAX_RECORD_BYTES)), record('b')),
    delivered: 2,
    rejected: ['RECORD_TOO_LONG'],
  },
  {
    what: 'two documents in a row',
    content: `${documentOf(record('a'))}\n${documentOf(record('b'), '7')}`,
    delivered: 2,
    rejected: ['NOT_AN_OBJECT'],
  },
  {
    what: 'a line of text behind it',
    content: `${documentOf(record('a'))}\nend of file\n`,
    delivered: 1,
    rejected: ['NOT_JSON'],
  },
  {
    what: 'an end in the middle of a record',
    content: documentOf(record('a'), record('b')).slice(0, -20),
    delivered: 1,
    rejected: ['TORN_TAIL'],
  },
  {
    what: 'an end right after a comma',
    content: documentOf(record('a'), '').slice(0, -2),
    delivered: 1,
    rejected: [],
  },
  {
    what: 'records that is an object',
    content: `{"records":{}}\n${record('a')}\n`,
    delivered: 1,
    rejected: ['NO_EVENT_TIME'],
  },
  { what: 'records that is null', content: '{"records":null}\n', delivered: 0, rejected: ['NO_EVENT_TIME'] },
];

function nameOf(index: number): string {
  return nameAt('2026-11-20T12', `AAAAAAAA-0000-0000-0000-${String(index).padStart(12, '0')}`);
}

let pipeline: Pipeline;
let checkpoints: readonly Checkpoint[];
let rejects: readonly RejectMessage[];

beforeAll(async () => {
  pipeline = await Pipeline.start();
  for (const [index, { content }] of DOCUMENTS.entries()) {
    const bytes = Buffer.from(content);
    const half = Math.floor(bytes.length / 2);
    for (const part of [bytes.subarray(0, half), bytes.subarray(half)])
      await pipeline.append(nameOf(index), part);
  }
  // While the hour is open, and when it is long over.
  for (const hours of [0, 30]) {
    pipeline.now += hours * 3_600_000;
    await pipeline.aggregate();
    if ((await pipeline.process()).length > 0) throw new Error('a range came back');
  }
  checkpoints = await pipeline.checkpoints();
  rejects = await pipeline.rejects();
});
afterAll(async () => pipeline.close());

describe('a log object that is a document', () => {
  it.each(DOCUMENTS.map((document, index) => ({ ...document, index })))(
    'with $what is accounted for',
    ({ index, content, delivered, rejected }) => {
      const own = rejects.filter(({ name }) => name === nameOf(index));
      const checkpoint = checkpoints.find(({ logObject }) => logObject.name === nameOf(index));

      expect(own.toSorted((a, b) => a.offset - b.offset).map(({ reason }) => reason)).toEqual(rejected);
      expect(checkpoint).toMatchObject({
        examined: Buffer.byteLength(content),
        torn: false,
        deliveredRecords: delivered,
        rejectedRecords: rejected.length,
      });
      const { committed, deliveredBytes, rejectedBytes, framingBytes } = checkpoint!;
      expect(deliveredBytes + rejectedBytes + framingBytes).toBe(committed);
    },
  );

  it('delivers what it holds once, all documents together', async () => {
    const total = DOCUMENTS.reduce((sum, { delivered }) => sum + delivered, 0);

    expect(await pipeline.uids()).toHaveLength(total);
    expect(checkpoints).toHaveLength(DOCUMENTS.length);
  });
});
