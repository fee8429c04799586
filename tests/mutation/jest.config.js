import base from '../../jest.config.js';

/** The tests that hold the decisions: fast ones, so that a mutant is judged in a second. */
export default {
  ...base,
  rootDir: '../..',
  // With the source among them jest knows which tests import a mutated file, and runs no other.
  roots: ['<rootDir>/src', '<rootDir>/tests'],
  testEnvironment: `${import.meta.dirname}/first-failure-environment.js`,
  setupFiles: ['<rootDir>/tests/mutation/first-counterexample.js'],
  testMatch: [
    '<rootDir>/tests/shared/framing/frame-records.test.ts',
    '<rootDir>/tests/shared/checkpoints/*.test.ts',
    '<rootDir>/tests/shared/destinations/*.test.ts',
    '<rootDir>/tests/shared/ranges/*.test.ts',
    '<rootDir>/tests/processor/settle.test.ts',
    '<rootDir>/tests/processor/retry-delay.test.ts',
  ],
};
