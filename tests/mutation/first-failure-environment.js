import { TestEnvironment } from 'jest-environment-node';

/**
 * Runs the tests of a file up to the first that fails: a mutant that one test has found needs no second one, and what
 * the other tests would print about it takes most of the time.
 */
export default class FirstFailureEnvironment extends TestEnvironment {
  #failed = false;

  /** Called by jest-circus. https://jestjs.io/docs/configuration#testenvironment-string */
  handleTestEvent({ name, test }) {
    if (name === 'test_done') this.#failed ||= test.errors.length > 0;
    if (name === 'test_start' && this.#failed) test.mode = 'skip';
  }
}
