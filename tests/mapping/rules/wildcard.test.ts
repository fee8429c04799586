import * as fc from 'fast-check';
import { wildcard } from '#mapping/rules/wildcard.ts';

/** The same as a regular expression, which takes time that grows with the power of its stars. */
function expression(pattern: string): RegExp {
  const literals = pattern
    .toLowerCase()
    .split('*')
    .map((part) => part.replace(/[^a-z]/g, String.raw`\$&`));
  return new RegExp(`^${literals.join('.*')}$`, 's');
}

const few = (characters: string) =>
  fc.string({ unit: fc.constantFrom(...characters.split('')), maxLength: 12 });

it('a star stands for any characters, also none, and everything else for itself', () => {
  fc.assert(
    fc.property(few('abA*.'), few('ab.'), (pattern, text) => {
      expect(wildcard(pattern)(text)).toBe(expression(pattern).test(text));
    }),
    { numRuns: 5_000 },
  );
});

it('a pattern of many stars over a long text that nearly matches takes no time to speak of', () => {
  const matches = wildcard(`${'*a'.repeat(200)}*b`);
  const startedAt = performance.now();

  const isMatched = matches('a'.repeat(1_000_000));

  expect(isMatched).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
