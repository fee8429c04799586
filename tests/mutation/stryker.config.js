import { currentGroup } from './groups.ts';

const { name, mutate } = currentGroup();

/** Relative paths are those of the repository's root, where Stryker is started. */
export default {
  plugins: ['./tests/mutation/node_modules/@stryker-mutator/jest-runner/dist/src/index.js'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { projectType: 'custom', configFile: 'tests/mutation/jest.config.js', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  mutate,
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: `.crosstrail/mutation/${name}.json` },
  concurrency: 2,
  // Long, so that a busy machine finds no mutant that no test finds.
  timeoutMS: 30_000,
  tempDirName: `.crosstrail/stryker-${name}`,
};
