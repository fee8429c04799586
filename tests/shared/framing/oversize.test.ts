import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MAX_RECORD_BYTES, type Frame } from '#shared/framing/frame.ts';
import { RecordFramer } from '#shared/framing/frame-records.ts';
import { frame } from './frame.ts';

const MEBIBYTE = 1024 * 1024;

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Frames without their bytes: of millions of them a failure would print every one. */
function shapesOf(frames: readonly Frame[]) {
  return frames.map((each) => {
    const { kind, offset, length } = each;
    if (each.kind === 'blank') return { kind, offset, length };
    return { kind, offset, length, sha256: each.kind === 'oversize' ? each.sha256 : sha256(each.bytes) };
  });
}

/** A text that is longer than a record may be, with carriage returns inside. */
function oversizeText(): Buffer {
  const text = Buffer.alloc(MAX_RECORD_BYTES + 100, 'a');
  for (const at of [1_000, MAX_RECORD_BYTES - 1, MAX_RECORD_BYTES + 1, MAX_RECORD_BYTES + 50])
    text[at] = 0x0d;
  return text;
}

/** Offsets, and those right before and behind them. */
function around(...offsets: number[]): number[] {
  return offsets.flatMap((offset) => [offset - 1, offset, offset + 1]);
}

describe.each([
  ['one byte below the longest', MAX_RECORD_BYTES - 1, 'record'],
  ['the longest', MAX_RECORD_BYTES, 'record'],
  ['one byte above the longest', MAX_RECORD_BYTES + 1, 'oversize'],
])('a record of %s', (_, size, kind) => {
  const text = Buffer.alloc(size, 'a');
  text.write('{"a":"');
  text.write('"}', size - 2);

  it.each([[[]], [[1_000_000]], [around(MAX_RECORD_BYTES + 3)]])(
    `as a line, cut at %j, is ${kind === 'record' ? 'read whole' : 'named by its hash'}`,
    (cuts) => {
      for (const ending of ['\n', '\r\n']) {
        const bytes = Buffer.concat([Buffer.from('{}\n'), text, Buffer.from(`${ending}{"next":1}\n`)]);

        const [, found] = shapesOf(frame(bytes, cuts).frames);

        expect(found).toEqual({ kind, offset: 3, length: size + ending.length, sha256: sha256(text) });
      }
    },
  );

  it.each([[[]], [[1_000_000]], [around(MAX_RECORD_BYTES + 12)]])(
    `in a document, cut at %j, is ${kind === 'record' ? 'read whole' : 'named by its hash'}`,
    (cuts) => {
      const bytes = Buffer.concat([Buffer.from('{"records":['), text, Buffer.from(']}')]);

      const shapes = shapesOf(frame(bytes, cuts).frames);

      expect(shapes).toEqual([{ kind, offset: 12, length: size, sha256: sha256(text) }]);
    },
  );
});

describe('a line that is longer than a record may be', () => {
  const text = oversizeText();
  const end = 3 + text.length;

  it.each<[string, number[]]>([
    ['in one chunk', []],
    ['in two', [1_000_000]],
    ['cut where it gets too long', around(3 + MAX_RECORD_BYTES)],
    [
      'cut at its carriage returns',
      [1_003, MAX_RECORD_BYTES + 2, MAX_RECORD_BYTES + 53].flatMap((at) => around(at)),
    ],
    ['cut at its end', around(end)],
    ['cut everywhere near its end', Array.from({ length: 160 }, (_, index) => end - 150 + index)],
  ])('is named by the hash of its bytes without its ending, %s', (_, cuts) => {
    for (const ending of ['\n', '\r\n']) {
      const bytes = Buffer.concat([Buffer.from('{}\n'), text, Buffer.from(`${ending}{"next":1}\n`)]);

      const { frames } = frame(bytes, cuts);

      const length = text.length + ending.length;
      expect(shapesOf(frames)).toMatchObject([
        { kind: 'record', offset: 0 },
        { kind: 'oversize', offset: 3, length, sha256: sha256(text) },
        { kind: 'record', offset: 3 + length },
      ]);
    }
  });

  it('is told from the next one that is', () => {
    const other = Buffer.alloc(MAX_RECORD_BYTES + 10, 'b');
    const bytes = Buffer.concat([text, Buffer.from('\r\n'), other, Buffer.from('\n')]);

    const { frames } = frame(bytes, [2 * MEBIBYTE, text.length + 1, text.length + 2 * MEBIBYTE]);

    expect(shapesOf(frames)).toMatchObject([{ sha256: sha256(text) }, { sha256: sha256(other) }]);
  });

  it('without an end is the tail, named by the hash of what there is, and can go on', () => {
    const framer = new RecordFramer(0, 'undecided');
    framer.push(text);

    const early = framer.tail();
    framer.push(Buffer.from('more'));
    const late = framer.tail();

    expect(early).toEqual({
      kind: 'torn',
      frame: { kind: 'oversize', offset: 0, length: text.length, sha256: sha256(text) },
    });
    expect(late).toMatchObject({
      frame: { length: text.length + 4, sha256: sha256(Buffer.concat([text, Buffer.from('more')])) },
    });
  });
});

describe('a record of a document that is longer than a record may be', () => {
  const HEAD = '{"records":[';
  const text = Buffer.concat([Buffer.from('{"a":"'), oversizeText(), Buffer.from('"}')]);

  it.each<[string, number[]]>([
    ['in one chunk', []],
    ['in two', [1_000_000]],
    ['cut where it gets too long', around(HEAD.length + MAX_RECORD_BYTES)],
    ['cut at a carriage return', around(HEAD.length + 6 + MAX_RECORD_BYTES + 51)],
    ['cut at its end', around(HEAD.length + text.length)],
  ])('is named by its hash, %s', (_, cuts) => {
    const bytes = Buffer.concat([Buffer.from(HEAD), text, Buffer.from(',{"next":1}]}')]);

    const { frames } = frame(bytes, cuts);

    expect(shapesOf(frames)).toMatchObject([
      { kind: 'oversize', offset: HEAD.length, length: text.length, sha256: sha256(text) },
      { kind: 'record', length: 10 },
    ]);
  });
});

describe('memory', () => {
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
    const framer = new RecordFramer(0, 'undecided');
    const chunk = Buffer.alloc(MEBIBYTE, 'x');
    const before = await heldBytes();

    framer.push(Buffer.from(envelope + start));
    for (let pushed = 0; pushed < 12; pushed += 1) framer.push(chunk);

    expect(await heldBytes(before + MEBIBYTE)).toBeLessThan(before + MEBIBYTE);
    expect(framer.tail()).toMatchObject({
      frame: { kind: 'oversize', offset: envelope.length, length: start.length + 12 * MEBIBYTE },
    });
  });
});
