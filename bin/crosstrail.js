#!/usr/bin/env node
// Plain JavaScript, so that an old Node says what is wrong before it meets TypeScript.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `crosstrail needs Node 22.18 or later; this is ${process.versions.node}.\n` +
      'Run "npm install" in the project folder, then "npx crosstrail": on Linux and Windows it brings Node 24 along.\n',
  );
  process.exit(2);
}
const { main } = await import('../src/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
