#!/usr/bin/env node
// Plain JavaScript, so that an old Node says what is wrong before it meets TypeScript.
import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `crosstrail needs Node 22.18 or later; this is ${process.versions.node}.\n` +
      'Run "npm install" in the project folder, then "npx crosstrail": on Linux and Windows it brings Node 24 along.\n',
  );
  process.exit(2);
}
// A command starts in half the time when its modules need no second compiling. Not in the shared folder for temporary
// files, which is Node's own choice: whoever can write there could put code of theirs in.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/crosstrail', import.meta.url)));
const { main } = await import('../src/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
