/** `npm run build`: bundles every Lambda of template.yaml into dist/ and prints its size. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBundles } from '#local/build-bundles.ts';

const outDir = fileURLToPath(new URL('../dist', import.meta.url));
for (const { file, bytes } of await buildBundles({ outDir })) {
  console.log(`${relative(process.cwd(), file)}  ${Math.ceil(bytes / 1000)} kB`);
}
