/**
 * The agent of `npm run bench:learning`: it knows what its prompt says, and hardly anything else. Made up before the
 * learning was tuned, and not changed since (`frozen.ts`). It reads text, as an agent does: no id of a lesson.
 *
 *   a remedy in its prompt            followed in 95 of 100 attempts; of two that differ mostly the first
 *   only the symptom, as advice       worked out in 75
 *   the symptom as the last failure   worked out in 85
 *   nothing                           right by luck in 20
 *
 * One attempt in twenty fails for a reason of its own, and each advice that has nothing to do with the task adds
 * half a hundredth to that.
 */
import type { Choosing } from '../../../test/support/chance.ts'
import { type Family, type Rule, type RuledTask, remedyAt } from './families.ts'

export interface Sitting {
  readonly family: Family
  readonly task: RuledTask
  /** Its number among the tasks. */
  readonly n: number
  readonly prompt: string
  /** The lines of its file so far. */
  readonly file: readonly string[]
}

export interface Work {
  /** The lines of its file after the attempt. */
  readonly file: readonly string[]
  readonly notes: readonly { readonly text: string; readonly scope: 'task' | 'loop' }[]
}

/** What breaks a file whatever its rules. */
export const SLIP = 'a slip'

const FAILURE = '# The last attempt at this task failed'
const IDLE = [
  'Small functions are easier to test.',
  'Read the whole file before changing it.',
  'The names in this folder are in the singular.',
  'Run the tests twice, some of them are slow.',
  'Comments say why, not what.',
] as const

/** One attempt. */
export function sit(chance: Choosing, { family, task, n, prompt, file }: Sitting): Work {
  const { advice, failure } = parts(prompt)
  const rules = task.rules.flatMap((id) => family.rules.get(id) ?? [])
  const lines = new Set(file.filter((line) => line !== SLIP))
  const notes: Work['notes'][number][] = []
  for (const rule of rules) {
    if (lines.has(remedyAt(rule, n))) continue
    const did = handle(chance, { rule, n, advice, failure })
    for (const other of [rule.remedy, rule.changes?.remedy, rule.mistaken])
      if (other !== undefined) lines.delete(other)
    if (did !== undefined) lines.add(did)
    if (failure.includes(rule.symptom) && did === remedyAt(rule, n))
      notes.push(...noteOf(chance, family, rule, did))
  }
  if (chance.is(family.notes.idle)) {
    const text = `${chance.one(IDLE)} (${task.area}, ${task.name.toLowerCase()})`
    notes.push({ text, scope: 'loop' })
  }
  const idle = advice
    .split('\n')
    .filter((line) => isAdvice(line) && !rules.some((rule) => isAbout(line, rule)))
  if (chance.is(0.05 + 0.005 * idle.length)) lines.add(SLIP)
  return { file: [...lines], notes }
}

/** What is said of the last failure, and all the rest. */
function parts(prompt: string): { readonly advice: string; readonly failure: string } {
  const from = prompt.indexOf(FAILURE)
  if (from < 0) return { advice: prompt, failure: '' }
  const end = prompt.indexOf('\n# ', from + FAILURE.length)
  const to = end < 0 ? prompt.length : end
  return { advice: prompt.slice(0, from) + prompt.slice(to), failure: prompt.slice(from, to) }
}

const isAdvice = (line: string): boolean => /^\s*[-*] /.test(line) && !/^\s*[-*] `/.test(line)

const remediesOf = ({ remedy, changes, mistaken }: Rule): string[] => [
  remedy,
  ...(changes === undefined ? [] : [changes.remedy]),
  mistaken,
]

const isAbout = (line: string, rule: Rule): boolean =>
  line.includes(rule.symptom) || remediesOf(rule).some((one) => line.includes(one))

interface Facing {
  readonly rule: Rule
  readonly n: number
  readonly advice: string
  readonly failure: string
}

/** @returns the remedy that it writes down, right or wrong; `undefined`: none. */
function handle(chance: Choosing, { rule, n, advice, failure }: Facing): string | undefined {
  const right = remedyAt(rule, n)
  // It has seen it fail: that is more than any advice.
  if (failure.includes(rule.symptom) && chance.is(0.85)) return right
  const said = remediesOf(rule)
    .filter((one) => advice.includes(one))
    .toSorted((a, b) => advice.indexOf(a) - advice.indexOf(b))
  const [first, second] = said
  if (first !== undefined) {
    const chosen = second === undefined || chance.is(0.8) ? first : second
    if (chance.is(0.95)) return chosen
  } else if (advice.includes(rule.symptom) && chance.is(0.75)) return right
  return chance.is(0.2) ? right : undefined
}

/** What it writes down for others: often nothing, sometimes something wrong. */
function noteOf(chance: Choosing, family: Family, rule: Rule, did: string): Work['notes'] {
  if (!chance.is(0.6)) return []
  const remedy = chance.is(family.notes.wrong) ? rule.mistaken : did
  const text = chance.one([
    `When the check says "${rule.symptom}": ${remedy}.`,
    `${rule.symptom}. To get past it, ${remedy}.`,
    `For everything like this, ${remedy}; otherwise: ${rule.symptom}`,
  ])
  return [{ text, scope: chance.is(0.7) ? 'loop' : 'task' }]
}
