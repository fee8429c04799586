import fc from 'fast-check';
import type { Frame } from '#shared/framing/frame.ts';
import { frame } from './frame.ts';

function texts(frames: readonly Frame[]): string[] {
  return frames.flatMap((each) => (each.kind === 'record' ? [Buffer.from(each.bytes).toString()] : []));
}

/** Every frame holds what stands at its place. */
function expectInPlace(frames: readonly Frame[], bytes: Buffer): void {
  for (const each of frames) {
    const place = bytes.subarray(each.offset, each.offset + each.length);
    if (each.kind === 'record')
      expect(Buffer.from(each.bytes).toString().trim()).toBe(place.toString().trim());
  }
}

/** Lines as bytes that exercise every ending, multi-byte characters cut anywhere and what only looks like an ending. */
const line = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' ')),
  fc.constantFrom(
    '',
    ' ',
    '\t',
    '\r',
    ' \t\r ',
    '\v\u00A0',
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
          const content = raw.replace(/\r?\n$|\r$/, '');
          expect(each.kind).toBe(/^[ \t\r]*$/.test(content) ? 'blank' : 'record');
          if (each.kind === 'record') expect(Buffer.from(each.bytes).toString('latin1')).toBe(content);
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

  it.each(['', '\n', ' \r\n\n', '{', '{"rec', '\n{"records"'])(
    'all of %j, which might become a document, is the tail',
    (text) => {
      const { frames, tail, torn } = frame(Buffer.from(text), [1, 3]);

      expect(frames).toEqual([]);
      expect(torn?.length ?? 0).toBe(Buffer.byteLength(text));
      expect(torn?.kind).toBe(text === '' ? undefined : text.trim() === '' ? 'blank' : 'record');
      expect(tail.kind).toBe(text === '' ? 'none' : 'torn');
    },
  );

  it('that all have their end leave nothing behind', () => {
    expect(frame(Buffer.from('{"a":1}\n')).tail).toEqual({ kind: 'none' });
  });

  it('are what a log object goes on with that was committed before its framing was told', () => {
    const { frames, framing } = frame(Buffer.from('{"records":[{"a":1}]}\n'), [], 100, 'undecided');

    expect(framing).toBe('lines');
    expect(frames).toMatchObject([{ kind: 'record', offset: 100 }]);
  });

  it('and documents are told by the first bytes, whatever a checkpoint at offset 0 says', () => {
    expect(frame(Buffer.from('{"a":1}\n'), [], 0, 'document').framing).toBe('lines');
    expect(frame(Buffer.from('{"records":[{"a":1}]}'), [], 0, 'lines').framing).toBe('document');
  });

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

        const { frames, framing, tail } = frame(bytes, cuts);

        expect(framing).toBe('document');
        const found = texts(frames);
        expect(found.map((text) => text.trim())).toEqual(parts);
        // A value without brackets ends where the next separator is seen.
        expect(found.filter((text) => /^[[{]/.test(text))).toEqual(
          parts.filter((text) => /^[[{]/.test(text)),
        );
        expectInPlace(frames, bytes);
        expect(tail).toEqual({ kind: 'none' });
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
    const documents = [
      '{"records":[{"a":1}]}\n',
      '{"records": [{"b":2},{"c":3}]}',
      '{"records":[4]}',
      '{"records":[5]}',
    ];
    const bytes = Buffer.from(documents.join(''));

    const { frames, tail } = frame(bytes, [10, 40]);

    expect(texts(frames)).toEqual(['{"a":1}', '{"b":2}', '{"c":3}', '4', '5']);
    expectInPlace(frames, bytes);
    expect(tail).toEqual({ kind: 'none' });
  });

  it('loses nothing to a brace with more blanks behind it than any envelope has', () => {
    const text = `{"records":[{"a":1}]}{${' '.repeat(4_094)}\n{"records":[{"b":2}]}`;

    for (const cuts of [[], [21, 22, 4_000, 4_117]]) {
      const { frames, tail } = frame(Buffer.from(text), cuts);

      expect(texts(frames).map((record) => record.trim())).toEqual(['{"a":1}', '{', '{"b":2}']);
      expectInPlace(frames, Buffer.from(text));
      expect(tail).toEqual({ kind: 'none' });
    }
  });

  it('keeps a record that is not complete for later', () => {
    const { frames, torn } = frame(Buffer.from('{"records":[{"a":1},{"b":'));

    expect(texts(frames)).toEqual(['{"a":1}']);
    expect(torn).toEqual({ kind: 'record', offset: 20, length: 5, bytes: Buffer.from('{"b":') });
  });

  it.each([
    ['what may become another document', ' {"reco', '{"reco'],
    ['a line that is none', ' more', 'more'],
  ])('keeps %s behind its end for later', (_, behind, kept) => {
    for (const cuts of [[], [22, 24, 25]]) {
      const { frames, torn } = frame(Buffer.from(`{"records":[{"a":1}]}${behind}`), cuts);

      expect(texts(frames)).toEqual(['{"a":1}']);
      expect(torn).toEqual({ kind: 'record', offset: 22, length: kept.length, bytes: Buffer.from(kept) });
    }
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
    ['two brackets too many', '{"records":[{"a":1}}},{"b":2}]}', ['{"a":1}', '}', '}', '{"b":2}']],
    [
      'a line between two documents',
      '{"records":[{"a":1}]}\nno record\n{"records":[{"b":2}]}',
      ['{"a":1}', 'no record', '{"b":2}'],
    ],
  ])('loses nothing to %s', (_, text, expected) => {
    const everyCut = Array.from({ length: text.length }, (__, index) => index);

    for (const cuts of [[], everyCut]) {
      const { frames, torn } = frame(Buffer.from(text), cuts);
      expect(texts(frames).map((record) => record.replace(/ +$/, ''))).toEqual(expected);
      expectInPlace(frames, Buffer.from(text));
      expect(torn).toBeUndefined();
    }
  });
});
