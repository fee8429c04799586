/**
 * After `npm run build` and `sam build`: fails unless the handlers that would be deployed are, byte for byte, the
 * bundles that `npm start` and the tests run. Only the source maps may differ, in the way back to the sources.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleRecipes } from '#local/build-bundles.ts';
import { readTemplate } from '#local/read-template.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
let different = 0;
for (const { name, logicalId } of bundleRecipes(await readTemplate())) {
  const deployed = await readFile(`${root}.aws-sam/build/${logicalId}/handler.mjs`);
  const local = await readFile(`${root}dist/${name}/handler.mjs`);
  const same = deployed.equals(local);
  if (!same) different += 1;
  console.log(
    `${logicalId}: ${deployed.length} bytes, ${same ? 'equal to' : 'DIFFERENT FROM'} dist/${name}/handler.mjs`,
  );
}
process.exitCode = different === 0 ? 0 : 1;
