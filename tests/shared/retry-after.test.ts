import { retryAfterMs } from '#shared/retry-after.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

it.each([
  ['2', 2_000],
  [' 0 ', 0],
  ['0.25', 250],
  ['1.0001', 1_001],
  ['Fri, 20 Nov 2026 12:00:30 GMT', 30_000],
  ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
])('"%s" asks to wait %d ms', (header, ms) => {
  expect(retryAfterMs(header, NOW)).toBe(ms);
});

it.each([
  [undefined],
  [''],
  ['soon'],
  ['-1'],
  ['1e9'],
  ['2026-11-20T12:00:30Z'],
  ['never GMT'],
  ['1234567890'],
])('%p asks for nothing', (header) => {
  expect(retryAfterMs(header, NOW)).toBeUndefined();
});
