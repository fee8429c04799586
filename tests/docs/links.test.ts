import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

async function pagesIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map(({ name }) => join(folder, name));
}

const pages = (await Promise.all(['.', 'docs', 'corpus'].map(pagesIn))).flat();

/** The page without what stands in code, where brackets are no links. */
async function prose(page: string): Promise<string> {
  const text = await readFile(join(ROOT, page), 'utf8');
  return text
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ' '));
}

/** What GitHub makes of a heading: https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links */
function anchor(heading: string): string {
  return heading
    .trim()
    .replaceAll(/[`*]|\[|\]\([^)]*\)/g, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

async function anchorsOf(page: string): Promise<string[]> {
  const text = (await readFile(join(ROOT, page), 'utf8')).replaceAll(/^```.*?^```$/gms, '');
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchor(heading));
}

it('there are pages, and the README is one of them', () => {
  expect(pages).toContain('README.md');
  expect(pages).toContain(join('docs', 'security.md'));
});

it.each(pages)('%s links to what exists', async (page) => {
  const links = [...(await prose(page)).matchAll(/\]\((?<target>[^)\s]+)\)/g)].map(
    ({ groups }) => groups?.['target'] ?? '',
  );
  const own = links.filter((link) => !/^[a-z]+:/.test(link));

  const broken = [];
  for (const link of own) {
    const [path = '', fragment] = link.split('#');
    const target = path === '' ? page : normalize(join(dirname(page), decodeURI(path)));
    const found = await stat(join(ROOT, target)).then(
      () => true,
      () => false,
    );
    if (!found) broken.push(link);
    else if (fragment !== undefined && !(await anchorsOf(target)).includes(fragment)) broken.push(link);
  }

  expect(broken).toEqual([]);
});

it('every page of docs/ can be reached from the README', async () => {
  const reached = new Set(['README.md']);
  for (const page of reached) {
    for (const [, target = ''] of (await prose(page)).matchAll(/\]\(([^)\s#]+\.md)(?:#[^)]*)?\)/g)) {
      const path = normalize(join(dirname(page), target));
      if (!/^[a-z]+:/.test(target) && pages.includes(path)) reached.add(path);
    }
  }

  expect(pages.filter((page) => page.startsWith('docs') && !reached.has(page))).toEqual([]);
});
