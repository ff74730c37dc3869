/** Jest sequencer: the quickest test file first, for one that fails ends the run. */
import Sequencer from '@jest/test-sequencer'

export default class QuickFirst extends Sequencer {
  /** @param {import('@jest/test-result').Test[]} tests with the milliseconds they took the last time */
  sort(tests) {
    return tests.toSorted((a, b) => (a.duration ?? 1_000) - (b.duration ?? 1_000))
  }
}
