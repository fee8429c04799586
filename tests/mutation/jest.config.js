import base from '../../jest.config.js';

/** The tests that hold the decisions, without servers: a mutant is judged in a second. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: [
    '<rootDir>/tests/shared/framing/frame-records.test.ts',
    '<rootDir>/tests/shared/destinations/*.test.ts',
    '<rootDir>/tests/shared/ranges/*.test.ts',
    '<rootDir>/tests/processor/settle.test.ts',
    '<rootDir>/tests/processor/retry-delay.test.ts',
  ],
};
