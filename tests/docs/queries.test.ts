import { readFile } from 'node:fs/promises';
import { queryNames, readQuery } from '#cli/query-file.ts';

it('README.md names every query with its question', async () => {
  const page = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

  const listed = [
    ...page.matchAll(/^\| \[(?<file>[\w-]+)\.sql\]\(queries\/\k<file>\.sql\) +\| (.*?) +\|$/gm),
  ];

  const names = await queryNames();
  const questions = await Promise.all(
    names.map(async (name) => [name, (await readQuery(name, '')).question]),
  );
  expect(listed.map(([, name, question]) => [name, question])).toEqual(questions);
});
