import { readFile } from 'node:fs/promises';

const ROOT = new URL('../../', import.meta.url);
const LINK = /\[[^\]]+\]\((?<file>tests\/[^)]+)\)(?:: (?<name>[^|]+?))?\s*\|$/;

const page = await readFile(new URL('GUARANTEES.md', ROOT), 'utf8');
const promises = page
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\| (promise|-+) /.test(line))
  .map((line): { line: string; file?: string; name?: string } => ({ line, ...LINK.exec(line)?.groups }));

it.each(promises)('$line', async ({ file, name }) => {
  expect(file).toBeDefined();

  const tests = await readFile(new URL(file ?? '', ROOT), 'utf8');

  if (name === undefined) expect(tests).toMatch(/\bit(\.each)?\(/);
  else expect(tests).toContain(name);
});

it('the page has promises', () => {
  expect(promises.length).toBeGreaterThan(20);
});
