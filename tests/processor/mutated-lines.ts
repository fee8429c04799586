import { corpusFiles, recordsOf } from '../mapping/corpus-records.ts';

/** 0 up to 1. */
export type Random = () => number;

const RECORDS: readonly Uint8Array[] = corpusFiles()
  .filter((file) => !file.startsWith('blobs/'))
  .flatMap(recordsOf)
  .map(({ bytes }) => bytes);

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

/** Up to `most`, and most often nothing near it. */
function rarelyMore(random: Random, most: number): number {
  return Math.floor(random() ** 10 * most);
}

function nested(depth: number, open: string, close: string): string {
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

/** Text that trips what looks at lines, at UTF-16 units, at properties or at SQS's characters. */
const TRAPS = [
  '\u2028',
  '\u2029',
  '\u0085',
  '\uFEFF',
  '\v\f',
  '\u0000',
  '\u0001\u001F\u007F',
  '\uFFFD\uFFFE\uFFFF',
  '\u202E\u200B\u00AD',
  'e\u0301',
  'ı\u0130ẞ',
  '👩‍👩‍👧‍👦',
  '\u{10FFFF}',
  '__proto__',
  'constructor',
  '{"records":[',
  String.raw`\\u0000\"`,
] as const;

/** JSON text that no record holds there. */
const VALUES: readonly ((random: Random) => string)[] = [
  (random) =>
    pick(random, ['null', 'true', 'false', '""', '[]', '{}', '0', '-0', '"null"', '[null]', '{"":{"":""}}']),
  (random) => pick(random, ['1e400', '-1e400', '9007199254740993', '1e-400', '0.1e1', '9'.repeat(400)]),
  (random) => pick(random, [String.raw`"\ud800"`, String.raw`"\udc00\ud800"`, String.raw`"a\u0000b"`]),
  (random) => JSON.stringify(pick(random, TRAPS).repeat(1 + Math.floor(random() * 40))),
  (random) => JSON.stringify({ [pick(random, TRAPS)]: pick(random, TRAPS) }),
  (random) =>
    pick(random, ['{"a":1,"a":2}', '{"__proto__":{"time":"2026-11-20T10:00:00Z"}}', '"2026-13-45T99:00Z"']),
  (random) => nested(rarelyMore(random, 5_000), '[', ']'),
  (random) => nested(rarelyMore(random, 2_000), '{"a":', '}'),
  (random) => JSON.stringify(pick(random, ['x', 'é', '𝔘', '"', '\\']).repeat(rarelyMore(random, 300_000))),
  (random) => `{${Array.from({ length: rarelyMore(random, 5_000) }, (_, n) => `"m${n}":${n}`).join(',')}}`,
];

const PLACE = 'the place of another value';

/** A record in which one value, anywhere, is of another type or size; as it is when it is none, or too deep to write. */
function withOtherValue(bytes: Uint8Array, random: Random): Buffer {
  try {
    const record = JSON.parse(Buffer.from(bytes).toString()) as object;
    let holder = record as Record<string, unknown>;
    for (;;) {
      const name = random() < 0.05 ? pick(random, TRAPS) : pick(random, Object.keys(holder));
      const inner = holder[name];
      if (typeof inner !== 'object' || inner === null || Object.keys(inner).length === 0 || random() < 0.2) {
        Object.defineProperty(holder, name, { value: PLACE, enumerable: true, configurable: true });
        break;
      }
      holder = inner as Record<string, unknown>;
    }
    const value = pick(random, VALUES)(random);
    return Buffer.from(JSON.stringify(record).replace(JSON.stringify(PLACE), () => value));
  } catch {
    return Buffer.from(bytes);
  }
}

function withFlippedBits(bytes: Uint8Array, random: Random): Buffer {
  const flipped = Buffer.from(bytes);
  for (let count = Math.ceil(random() * 8); count > 0; count -= 1) {
    const at = Math.floor(random() * flipped.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  return flipped;
}

function truncated(bytes: Uint8Array, random: Random): Buffer {
  const cut = Math.floor(random() * bytes.length);
  return Buffer.from(random() < 0.5 ? bytes.subarray(0, cut) : bytes.subarray(cut));
}

/** Text or bytes put anywhere, also into the middle of a character. */
function withInsertion(bytes: Uint8Array, random: Random): Buffer {
  const at = Math.floor(random() * bytes.length);
  const inserted =
    random() < 0.5
      ? Buffer.from(pick(random, TRAPS))
      : pick(random, [
          [0xff],
          [0xc0, 0xaf],
          [0xed, 0xa0, 0x80],
          [0xf5, 0x80, 0x80, 0x80],
          [0x0d],
          [0x0a],
          [0x00],
        ]);
  return Buffer.concat([bytes.subarray(0, at), Uint8Array.from(inserted), bytes.subarray(at)]);
}

const MUTATIONS: readonly ((bytes: Uint8Array, random: Random) => Buffer)[] = [
  withOtherValue,
  withOtherValue,
  withOtherValue,
  withFlippedBits,
  truncated,
  withInsertion,
];

/** A record of the corpus, mutated up to three times, with a line ending. A mutation may cut it into several lines. */
export function mutatedLine(random: Random): Buffer {
  let line = Buffer.from(pick(random, RECORDS));
  for (let count = Math.floor(random() * 4); count > 0; count -= 1)
    if (line.length > 0) line = Buffer.from(pick(random, MUTATIONS)(line, random));
  return Buffer.concat([line, Buffer.from(random() < 0.5 ? '\r\n' : '\n')]);
}
