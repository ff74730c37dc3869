/**
 * The verify surface: the files that decide what "verified" means. A change there is not
 * forbidden, but it is recorded on the task and shown first to whoever reviews.
 */
import type { FileChange } from './guard.ts'
import { clip, oneLine } from './text.ts'

/** Files that say how tests run; new ones count too, because they can switch tests off. */
const CONFIG =
  /(^|\/)(package\.json|Makefile|GNUmakefile|justfile|Taskfile\.ya?ml|tox\.ini|pytest\.ini|setup\.cfg|conftest\.py|noxfile\.py|build\.gradle(\.kts)?|pom\.xml|(jest|vitest|vite|karma|playwright|cypress|ava|mocha|web-test-runner)\.conf(ig)?\.[a-z]+|\.mocharc\.[a-z]+)$/

/** Test files. Like files named in verify commands they count only if they existed at the base: new tests are work well done. */
const TEST =
  /(^|\/)(tests?|__tests__|spec|specs|e2e)\/|\.(test|spec)\.[a-z]+$|_test\.(go|py|rb|exs?)$|(^|\/)test_[^/]*\.py$|Tests?\.(java|kt|cs)$/

/** Paths of the surface that a change touches, in order. */
export function surfaceChanges(changes: readonly FileChange[], verify: readonly string[]): string[] {
  const named = new Set(verify.flatMap((command) => command.split(/[\s'"=;|&()]+/)).map(plainPath))
  const decides = (path: string) => named.has(path) || TEST.test(path)
  return changes
    .filter(({ path, status }) => CONFIG.test(path) || (status !== 'added' && decides(path)))
    .map(({ path }) => path)
}

/** Paths kept of one task: a checkpoint does not grow with what an agent touches. */
const MOST_KEPT = 50

/** The first of the paths, each of a sensible length, and how many more there are. */
export function keptSurface(paths: readonly string[]): string[] {
  const kept = paths.slice(0, MOST_KEPT).map((path) => clip(oneLine(path), 300))
  const more = paths.length - kept.length
  return more > 0 ? [...kept, `… ${more} more`] : kept
}

const plainPath = (word: string): string => word.replace(/^\.\//, '')
