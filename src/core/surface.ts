/**
 * The verify surface: the files that decide what "verified" means. A change there is not
 * forbidden, but it is recorded on the task and shown first to whoever reviews.
 */
import type { GuardedChange } from './guard.ts'

/** Files that say how tests run; new ones count too, because they can switch tests off. */
const CONFIG =
  /(^|\/)(package\.json|Makefile|GNUmakefile|justfile|Taskfile\.ya?ml|tox\.ini|pytest\.ini|setup\.cfg|conftest\.py|noxfile\.py|build\.gradle(\.kts)?|pom\.xml|(jest|vitest|vite|karma|playwright|cypress|ava|mocha|web-test-runner)\.conf(ig)?\.[a-z]+|\.mocharc\.[a-z]+)$/

/** Test files; only those that existed at the base, because writing new tests is work well done. */
const TEST =
  /(^|\/)(tests?|__tests__|spec|specs|e2e)\/|\.(test|spec)\.[a-z]+$|_test\.(go|py|rb|exs?)$|(^|\/)test_[^/]*\.py$|Tests?\.(java|kt|cs)$/

/** Paths of the surface that a change touches, in order. */
export function surfaceChanges(changes: readonly GuardedChange[], verify: readonly string[]): string[] {
  const named = new Set(verify.flatMap((command) => command.split(/[\s'"=;|&()]+/)).map(plainPath))
  return changes
    .filter(
      ({ path, status }) => named.has(path) || CONFIG.test(path) || (status !== 'added' && TEST.test(path)),
    )
    .map(({ path }) => path)
}

const plainPath = (word: string): string => word.replace(/^\.\//, '')
