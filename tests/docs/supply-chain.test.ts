import { readFile } from 'node:fs/promises';

interface Package {
  readonly version?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
}

async function read(file: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`../../${file}`, import.meta.url), 'utf8'));
}

const { packages } = (await read('package-lock.json')) as { packages: Record<string, Package> };
const { dependencies } = (await read('package.json')) as { dependencies: Record<string, string> };
const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);

it('no package that is bundled has an install script', () => {
  const scripted = shipped
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path);

  expect(scripted).toEqual([]);
  expect(shipped.length).toBeGreaterThan(Object.keys(dependencies).length);
});

it('every package is installed by its hash', () => {
  const unpinned = Object.entries(packages)
    .filter(([path, { integrity }]) => path.startsWith('node_modules/') && integrity === undefined)
    .map(([path]) => path);

  expect(unpinned).toEqual([]);
});

it('what is bundled is asked for in exact versions', () => {
  expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
