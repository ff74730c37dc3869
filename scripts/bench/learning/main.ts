/**
 * Whether what a loop learns makes its next attempts better: attempts per task with nothing told, with the last
 * failure alone, and with lessons and skills, over loops of 60 tasks. Ratios are of the same loops.
 *
 *   --seeds N   loops of each family (default 20)
 *   --check     exit code 1 when a promised number is missed
 *   --json      only the numbers, as JSON
 */
import { parseArgs } from 'node:util'
import { FAMILIES, type FamilyName } from './families.ts'
import { assertFrozen } from './frozen.ts'
import type { Life, Teaching } from './lives.ts'
import { Pool } from './pool.ts'

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    check: { type: 'boolean' },
    json: { type: 'boolean' },
  },
})
const seeds = Number(flags.seeds)

const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / Math.max(1, of.length)
const percent = (part: number, of: number): string => (of === 0 ? '–' : `${((100 * part) / of).toFixed(1)} %`)

interface Measured {
  readonly name: FamilyName
  readonly lives: Readonly<Record<Teaching, readonly Life[]>>
}

/** Where nothing is told attempts are many, and nobody doubts the number. */
const NOTHING_SEEDS = 1

async function measure(name: FamilyName): Promise<Measured> {
  const of = async (teaching: Teaching, most: number) =>
    Promise.all(Array.from({ length: most }, (_, n) => pool.live({ name, seed: n + 1, teaching })))
  const [lessons, last, nothing] = await Promise.all([
    of('lessons', seeds),
    of('last failure', seeds),
    of('nothing', Math.min(NOTHING_SEEDS, seeds)),
  ])
  return { name, lives: { lessons, 'last failure': last, nothing } }
}

const attempts = (lives: readonly Life[], from = 0, to = 60): number =>
  mean(lives.flatMap((life) => life.attempts.slice(from, to)))

/** Standard error of the mean of paired differences, loop by loop. */
function paired(a: readonly Life[], b: readonly Life[]): { readonly mean: number; readonly error: number } {
  const each = a.map((life, n) => mean(life.attempts) - mean(b[n]?.attempts ?? []))
  const middle = mean(each)
  const spread = Math.sqrt(mean(each.map((one) => (one - middle) ** 2)) / Math.max(1, each.length - 1))
  return { mean: middle, error: spread }
}

function summary({ name, lives }: Measured) {
  const { lessons, 'last failure': last, nothing } = lives
  const fates = lessons.flatMap((life) => [...life.lessons.values()])
  const passengers = fates.filter(({ isPassenger }) => isPassenger)
  const wrong = fates.filter(({ isWrong, isPassenger }) => isWrong && !isPassenger)
  const worn = wrong.filter(({ uses }) => uses >= 8)
  const helpful = fates.filter(({ isPassenger, isWrong }) => !isPassenger && !isWrong)
  const difference = paired(lessons, last)
  return {
    family: name,
    attempts: { nothing: attempts(nothing), last: attempts(last), lessons: attempts(lessons) },
    saved: 1 - attempts(lessons) / attempts(last),
    parked: lives.lessons.reduce((sum, { parked }) => sum + parked, 0),
    difference,
    precision: mean(lessons.flatMap((life) => life.precision)),
    lessons: fates.length,
    promoted: helpful.filter(({ wasSkill }) => wasSkill).length,
    helpful: helpful.length,
    passengers: { all: passengers.length, promoted: passengers.filter(({ wasSkill }) => wasSkill).length },
    wrong: {
      all: wrong.length,
      worn: worn.length,
      retired: wrong.filter(({ wasRetired }) => wasRetired).length,
      wornRetired: worn.filter(({ wasRetired }) => wasRetired).length,
      promoted: wrong.filter(({ wasSkill }) => wasSkill).length,
    },
    halves: {
      before: [attempts(last, 20, 30), attempts(lessons, 20, 30)],
      change: [attempts(last, 30, 40), attempts(lessons, 30, 40)],
      after: [attempts(last, 50, 60), attempts(lessons, 50, 60)],
    },
  }
}

type Summary = ReturnType<typeof summary>

function text(one: Summary): string {
  const { attempts: n, halves, passengers, wrong, difference } = one
  const pair = ([last = 0, lessons = 0]: readonly number[]) => `${last.toFixed(2)} → ${lessons.toFixed(2)}`
  return [
    `${one.family}`,
    `  attempts per task: nothing ${n.nothing.toFixed(2)}, last failure ${n.last.toFixed(2)}, lessons ${n.lessons.toFixed(2)}: ${(100 * one.saved).toFixed(1)} % fewer than last failure (difference ${difference.mean.toFixed(3)} ± ${difference.error.toFixed(3)})`,
    `  tasks 20 to 30: ${pair(halves.before)}; 30 to 40: ${pair(halves.change)}; 50 to 60: ${pair(halves.after)}; parked ${one.parked}`,
    `  precision@5 ${one.precision.toFixed(2)}; ${one.lessons} lessons; of ${one.helpful} about a rule ${one.promoted} became skills`,
    `  passengers promoted ${passengers.promoted} of ${passengers.all} (${percent(passengers.promoted, passengers.all)})`,
    `  wrong ones: ${wrong.all}, retired ${wrong.retired}; with 8 uses ${wrong.worn}, of those retired ${wrong.wornRetired}; promoted ${wrong.promoted}`,
  ].join('\n')
}

/** What is promised; a sentence for each that does not hold. */
function missed(all: readonly Summary[]): string[] {
  const of = (name: FamilyName) => {
    const found = all.find(({ family: one }) => one === name)
    if (found === undefined) throw new Error(`no family ${name}`)
    return found
  }
  const passengers = all.reduce((sum, one) => sum + one.passengers.all, 0)
  const promoted = all.reduce((sum, one) => sum + one.passengers.promoted, 0)
  const idle = of('nothing repeats').difference
  const changed = of('rules change').halves
  return [
    ...(of('rules repeat').saved < 0.4 ? ['fewer attempts where rules repeat: 40 % are promised'] : []),
    ...(promoted > 0.05 * passengers ? ['passengers promoted: at most 5 % are promised'] : []),
    ...(idle.mean > 2 * idle.error + 0.02 ? ['worse than the last failure alone where nothing repeats'] : []),
    ...((changed.after[1] ?? 0) > 1.25 * (changed.before[1] ?? 0)
      ? ['not recovered after rules changed']
      : []),
    ...(all.some(({ wrong }) => wrong.worn > 4 && wrong.wornRetired < 0.8 * wrong.worn)
      ? ['wrong lessons stay: of those with eight uses four of five are to be retired']
      : []),
  ]
}

await assertFrozen()
using pool = new Pool()
const all: Summary[] = []
for (const name of FAMILIES) {
  const found = summary(await measure(name))
  all.push(found)
  if (flags.json !== true) process.stdout.write(`${text(found)}\n`)
}
const misses = missed(all)
if (flags.json === true) process.stdout.write(`${JSON.stringify({ seeds, all, misses }, null, 2)}\n`)
else process.stdout.write(misses.length === 0 ? 'no promise is missed\n' : `missed: ${misses.join('; ')}\n`)
if (flags.check === true && misses.length > 0) process.exitCode = 1
