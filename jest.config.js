/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Many suites wait for a service or a process half of their time: three of them at a time use two cores.
  maxWorkers: 3,
  // A worker keeps the modules of each suite that it ran. Beyond this it spends more on collecting garbage than a new one
  // spends on its start.
  workerIdleMemoryLimit: '400MB',
  // The local cloud starts once per test file that needs it; Azurite's first start is the slowest part.
  testTimeout: 60_000,
};
