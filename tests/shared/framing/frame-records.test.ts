import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { MAX_RECORD_BYTES, type Frame } from '#shared/framing/frame.ts';
import { frame } from './frame.ts';

function texts(frames: readonly Frame[]): string[] {
  return frames.flatMap((each) => (each.kind === 'record' ? [Buffer.from(each.bytes).toString()] : []));
}

/** Lines as bytes that exercise every ending, multi-byte characters cut anywhere and what only looks like an ending. */
const line = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' ')),
  fc.constantFrom(
    '',
    ' ',
    '{"a":"\u2028\u2029\u0085\v\f"}',
    '{"a":1}',
    '𝔘𝔫𝔦',
    '\uFEFF{"a":1}',
    '{"records":1}',
  ),
);

describe('lines', () => {
  it('gives back the complete lines of any bytes, cut into any chunks', () => {
    const input = fc.record({
      lines: fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n'))),
      tail: line,
      cuts: fc.array(fc.nat(), { maxLength: 8 }),
    });
    fc.assert(
      fc.property(input, ({ lines, tail, cuts }) => {
        const bytes = Buffer.from(`#\n${lines.map(([text, ending]) => text + ending).join('')}${tail}`);

        const { frames, torn } = frame(bytes, cuts);

        const framed = [...frames, ...(torn === undefined ? [] : [torn])];
        let next = 0;
        for (const { offset, length } of framed) {
          expect(offset).toBe(next);
          next = offset + length;
        }
        expect(next).toBe(bytes.length);
        for (const each of framed) {
          const raw = bytes.subarray(each.offset, each.offset + each.length).toString('latin1');
          const content = raw.replace(/\r?\n$/, '').replace(/\r$/, '');
          if (each.kind === 'blank') expect(content.trim()).toBe('');
          else expect(Buffer.from((each as { bytes: Uint8Array }).bytes).toString('latin1')).toBe(content);
        }
        expect(frames.every(({ offset, length }) => bytes[offset + length - 1] === 0x0a)).toBe(true);
        expect(torn === undefined).toBe(bytes.at(-1) === 0x0a);
      }),
    );
  });

  it('continues at a committed offset as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 2 }), fc.nat(), (lines, place) => {
        const bytes = Buffer.from(`{}\n${lines.join('\n')}\n`);
        const whole = frame(bytes).frames;
        const from = whole[place % whole.length]?.offset ?? 0;

        const rest = frame(bytes.subarray(from), [], from, 'lines').frames;

        expect(rest).toEqual(whole.filter(({ offset }) => offset >= from));
      }),
    );
  });

  it.each([
    ['one byte below the longest', MAX_RECORD_BYTES - 1, 'record'],
    ['the longest', MAX_RECORD_BYTES, 'record'],
    ['one byte above the longest', MAX_RECORD_BYTES + 1, 'oversize'],
  ])('a record of %s is read whole or named by its hash', (_, size, kind) => {
    const record = Buffer.alloc(size, 'a');
    for (const ending of ['\n', '\r\n']) {
      const bytes = Buffer.concat([Buffer.from('{}\n'), record, Buffer.from(`${ending}{"next":1}\n`)]);

      const { frames } = frame(bytes, [1_000_000, 4_194_306, 4_194_308]);

      expect(frames.map((each) => each.kind)).toEqual(['record', kind, 'record']);
      expect(frames[1]).toMatchObject({ offset: 3, length: size + ending.length });
      if (frames[1]?.kind === 'oversize') {
        expect(frames[1].sha256).toBe(createHash('sha256').update(record).digest('hex'));
      }
    }
  });

  it.each(['', '\n', ' \r\n\n', '{', '{"rec', '\n{"records"'])(
    'all of %j, which might become a document, is the tail',
    (text) => {
      const { frames, torn } = frame(Buffer.from(text), [1, 3]);

      expect(frames).toEqual([]);
      expect(torn?.length ?? 0).toBe(Buffer.byteLength(text));
      expect(torn?.kind).toBe(text === '' ? undefined : text.trim() === '' ? 'blank' : 'record');
    },
  );

  it('a byte order mark, then lines', () => {
    const { frames, framing } = frame(Buffer.from('\uFEFF{"a":1}\r\n{"b":2}\n'));

    expect(framing).toBe('lines');
    expect(texts(frames)).toEqual(['\uFEFF{"a":1}', '{"b":2}']);
  });
});

describe('documents', () => {
  const value = fc.oneof(
    fc.object({ maxDepth: 2 }),
    fc.constant(null),
    fc.integer(),
    fc.string(),
    fc.array(fc.nat()),
  );
  const space = fc.constantFrom('', ' ', '\r\n', '\t\n ');

  it('gives the records of any document, cut into any chunks', () => {
    const input = fc.record({
      mark: fc.constantFrom('', '\uFEFF'),
      records: fc.array(value, { minLength: 1 }),
      space,
      cuts: fc.array(fc.nat(), { maxLength: 8 }),
    });
    fc.assert(
      fc.property(input, ({ mark, records, space: s, cuts }) => {
        const parts = records.map((record) => JSON.stringify(record));
        const bytes = Buffer.from(
          `${mark}${s}{${s}"records"${s}:${s}[${s}${parts.join(`${s},${s}`)}${s}]${s}}${s}`,
        );

        const { frames, framing, torn } = frame(bytes, cuts);

        expect(framing).toBe('document');
        expect(texts(frames).map((text) => text.trim())).toEqual(parts);
        expect(torn).toBeUndefined();
      }),
    );
  });

  it('finds the records that replaced the closing brackets', () => {
    const before = Buffer.from('{"records":[{"a":"]}"},{"b":[1,{"c":2}]}]}');
    const after = Buffer.from('{"records":[{"a":"]}"},{"b":[1,{"c":2}]},{"d":3}]}');
    const last = frame(before).frames.at(-1);
    const committed = (last?.offset ?? 0) + (last?.length ?? 0);

    const { frames } = frame(after.subarray(committed), [], committed, 'document');

    expect(texts(frames)).toEqual(['{"d":3}']);
    expect(after.subarray(frames[0]?.offset, after.length - 2).toString()).toBe('{"d":3}');
  });

  it('reads several documents, one after the other', () => {
    const { frames } = frame(Buffer.from('{"records":[{"a":1}]}\n{"records": [{"b":2},{"c":3}]}\n'));

    expect(texts(frames)).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
  });

  it('keeps a record that is not complete for later', () => {
    const { frames, torn } = frame(Buffer.from('{"records":[{"a":1},{"b":'));

    expect(texts(frames)).toEqual(['{"a":1}']);
    expect(torn).toMatchObject({ offset: 20, length: 5 });
  });

  it.each([
    ['a member after the array', '{"records":[{"a":1}],"next":"x"}\n', ['{"a":1}', ',"next":"x"}']],
    [
      'a line that is no document',
      '{"records":[{"a":1}]}\n{"time":"x","b":[1]}\n',
      ['{"a":1}', '{"time":"x","b":[1]}'],
    ],
    ['text between records', '{"records":[{"a":1} oops} ,{"b":2}]}', ['{"a":1}', 'oops}', '{"b":2}']],
    ['a stray closing brace', '{"records":[}{"a":1}]}', ['}', '{"a":1}']],
  ])('loses nothing to %s', (_, text, expected) => {
    const everyCut = Array.from({ length: text.length }, (__, index) => index);

    for (const cuts of [[], everyCut]) {
      const { frames } = frame(Buffer.from(text), cuts);
      expect(texts(frames).map((record) => record.trim())).toEqual(expected);
    }
  });

  it('names a record without an end by its hash, in bounded memory', () => {
    const endless = Buffer.concat([
      Buffer.from('{"records":[{"a":"'),
      Buffer.alloc(MAX_RECORD_BYTES + 10, 'x'),
    ]);

    const { frames, torn } = frame(endless, [100, 2_000_000]);

    expect(frames).toEqual([]);
    expect(torn).toMatchObject({ kind: 'oversize', offset: 12 });
  });
});
