import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MAX_RECORD_BYTES, type Frame } from '#shared/framing/frame.ts';
import { RecordFramer } from '#shared/framing/frame-records.ts';
import { frame } from './frame.ts';

/** The longest record of these tests, bytes: a short one, so that they can cut it anywhere. */
const MAX = 40;

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Frames with the hash of their record in place of its bytes. */
function shapesOf(frames: readonly Frame[]) {
  return frames.map(({ kind, offset, length, ...content }) => {
    const hash =
      'bytes' in content ? sha256(content.bytes) : 'sha256' in content ? content.sha256 : undefined;
    return { kind, offset, length, sha256: hash };
  });
}

/** Shapes of the frames of `bytes`, which must be the same whether they come whole, one by one or in two parts. */
function framed(bytes: Buffer) {
  const every = Array.from({ length: bytes.length }, (_, at) => at);
  const cuttings = [[], every, ...every.map((at) => [at])];
  const [whole, ...others] = cuttings.map((cuts) => shapesOf(frame(bytes, cuts, 0, 'undecided', MAX).frames));
  for (const other of others) expect(other).toEqual(whole);
  return whole;
}

/** A JSON object of so many bytes, with carriage returns inside. */
function record(size: number): Buffer {
  return Buffer.from(`{"a":"${'x\r'.repeat(size).slice(0, size - 8)}"}`);
}

describe.each([
  ['one byte below the longest', MAX - 1, 'record'],
  ['the longest', MAX, 'record'],
  ['one byte above the longest', MAX + 1, 'oversize'],
  ['two bytes above the longest', MAX + 2, 'oversize'],
  ['much more than the longest', 3 * MAX, 'oversize'],
])('a record of %s', (_, size, kind) => {
  const found = { kind, sha256: sha256(record(size)) };
  const is = kind === 'record' ? 'read whole' : 'named by its hash';

  it.each(['\n', '\r\n'])(`as a line that ends with %j is ${is}`, (ending) => {
    const line = Buffer.concat([record(size), Buffer.from(ending)]);

    const shapes = framed(Buffer.concat([Buffer.from('{}\n'), line, line, Buffer.from('[1]\n')]));

    expect(shapes).toEqual([
      { kind: 'record', offset: 0, length: 3, sha256: sha256(Buffer.from('{}')) },
      { ...found, offset: 3, length: line.length },
      { ...found, offset: 3 + line.length, length: line.length },
      { kind: 'record', offset: 3 + 2 * line.length, length: 4, sha256: sha256(Buffer.from('[1]')) },
    ]);
  });

  it(`in a document is ${is}`, () => {
    const shapes = framed(
      Buffer.concat([
        Buffer.from('{"records":['),
        record(size),
        Buffer.from(', '),
        record(size),
        Buffer.from(',1]}'),
      ]),
    );

    expect(shapes).toEqual([
      { ...found, offset: 12, length: size },
      { ...found, offset: 14 + size, length: size },
      { kind: 'record', offset: 15 + 2 * size, length: 1, sha256: sha256(Buffer.from('1')) },
    ]);
  });

  it('that has no end yet is the tail, and can go on', () => {
    const text = record(size).subarray(0, -1);
    const framer = new RecordFramer(0, 'undecided', MAX);
    framer.push(text);

    const early = framer.tail();
    framer.push(Buffer.from(`${'y'.repeat(MAX)}\n`));

    expect(early).toMatchObject({
      kind: 'torn',
      frame: { kind: size - 1 > MAX ? 'oversize' : 'record', offset: 0, length: size - 1 },
    });
    expect(framer.tail()).toEqual({ kind: 'none' });
  });
});

it('a line of carriage returns alone is told from its ending', () => {
  const returns = Buffer.alloc(2 * MAX, '\r');

  const shapes = framed(Buffer.concat([Buffer.from('{}\n'), returns, Buffer.from('\n')]));

  expect(shapes?.[1]).toEqual({
    kind: 'oversize',
    offset: 3,
    length: 2 * MAX + 1,
    sha256: sha256(returns.subarray(1)),
  });
});

it('four mebibytes are the longest unless told', () => {
  expect(MAX_RECORD_BYTES).toBe(4_194_304);
  for (const [size, kind] of [
    [MAX_RECORD_BYTES, 'record'],
    [MAX_RECORD_BYTES + 1, 'oversize'],
  ] as const) {
    const { frames } = frame(
      Buffer.concat([Buffer.from('{}\n'), record(size), Buffer.from('\n')]),
      [1_000_000],
    );

    expect(frames.map((each) => each.kind)).toEqual(['record', kind]);
  }
});

describe('memory', () => {
  const KIBIBYTE = 1024;
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  /** Bytes of all buffers that are held, once they are fewer than `enough`: V8 frees some time after a collection. */
  const heldBytes = async (enough = 0): Promise<number> => {
    let held = Infinity;
    for (let looks = 0; looks < 6 && held > enough; looks += 1) {
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 5));
      held = process.memoryUsage().arrayBuffers;
    }
    return held;
  };

  it.each([
    ['line', '', '{"a":"'],
    ['record of a document', '{"records":[', '{"a":"'],
  ])('does not grow with a %s that never ends', async (_, envelope, start) => {
    const framer = new RecordFramer(0, 'undecided', 64 * KIBIBYTE);
    const chunk = Buffer.alloc(16 * KIBIBYTE, 'x');
    const before = await heldBytes();

    framer.push(Buffer.from(envelope + start));
    for (let pushed = 0; pushed < 32; pushed += 1) framer.push(chunk);

    expect(await heldBytes(before + 160 * KIBIBYTE)).toBeLessThan(before + 160 * KIBIBYTE);
    expect(framer.tail()).toMatchObject({
      frame: { kind: 'oversize', offset: envelope.length, length: start.length + 512 * KIBIBYTE },
    });
  });
});
