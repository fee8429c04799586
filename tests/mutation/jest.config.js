import base from '../../jest.config.js';
import { currentGroup } from './groups.ts';

export default {
  ...base,
  rootDir: '../..',
  // With the source among them jest knows which tests import a mutated file, and runs no other.
  roots: ['<rootDir>/src', '<rootDir>/tests'],
  testEnvironment: `${import.meta.dirname}/first-failure-environment.js`,
  setupFiles: ['<rootDir>/tests/mutation/first-counterexample.js'],
  testMatch: currentGroup().tests.map((file) => `<rootDir>/${file}`),
};
