/** What a failure looks like, whatever command showed it: by that it is known again in another task. */
import type { Failure } from '../attempt.ts'
import { fingerprint, normalise, tellingLines, uncoloured } from '../fingerprint.ts'
import { hash64 } from '../hash.ts'
import type { Task } from '../task.ts'
import { oneLine } from '../text.ts'

/**
 * A line that names an error says what is wrong whichever test it came up in. A failed assertion does not: it is
 * told apart only by all that stands around it.
 */
const NAMED = /\b\w*(?:error|exception|panic)\b[^:]{0,40}:\s*\S|^\s*(?:error|fatal)\b/i
const ASSERTION = /assert|\bexpect/i

/** What runners say after whatever failed, and the names of tests that stand before it: the same for all failures, or for none. */
const SAYS_NOTHING: readonly RegExp[] = [
  /^\W*(?:npm (?:err!|error)\W*)?(?:error\W*)*(?:command|tests?|run|process|(?:script|recipe|lifecycle script)\b.{0,60})\s(?:failed|exited|completed)\b/i,
  /\berror: (?:could not compile|aborting due to)\b/i,
  /^\W*error\W*(?:message\W*)?$/i,
  /^\W*error\W*(?:tests run|failures|errors|failed to execute goal)\b/i,
  /^\W*error: test\w* \(/i,
]

/** Where and when: it stands before the error in some forms of an output, and not in others. */
const PLACE = /^(?:<\w+>|[\w.-]+\.\w{1,4}(?=:<line>)|[\s:|>#[\](),.-])+/

/** `undefined`: nothing was printed by which it could be known again. */
export function symptomOf(failure: Failure | undefined): string | undefined {
  if (failure?.command === undefined || failure.tail.trim() === '') return undefined
  const named = tellingLines(failure.tail).find(isNamed)
  return named === undefined ? fingerprint('', failure.tail) : hash64(normalise(named).replace(PLACE, ''))
}

function isNamed(said: string): boolean {
  const line = uncoloured(said)
  return NAMED.test(line) && !ASSERTION.test(line) && !SAYS_NOTHING.some((pattern) => pattern.test(line))
}

/** Symptoms of a task's attempts, as far as they are kept. */
export const symptomsOf = ({ attempts }: Pick<Task, 'attempts'>): ReadonlySet<string> =>
  new Set(attempts.flatMap(({ failure }) => symptomOf(failure) ?? []))

/** The line that says what failed, else a few of them, for agents. */
export function symptomText({ tail }: Failure): string {
  const lines = tellingLines(tail)
  const named = lines.find(isNamed)
  return (named === undefined ? lines.slice(0, 3) : [named]).map(oneLine).join(' / ')
}
