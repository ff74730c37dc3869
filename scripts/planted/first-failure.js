/** Jest environment: after the first test that fails, the others of its file are skipped. */
import { TestEnvironment } from 'jest-environment-node'

export default class FirstFailure extends TestEnvironment {
  #hasFailed = false

  /** @param {import('jest-circus').Event} event */
  handleTestEvent(event) {
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') this.#hasFailed = true
    if (event.name === 'test_start' && this.#hasFailed) event.test.mode = 'skip'
  }
}
