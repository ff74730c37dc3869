/**
 * What the record of a lesson says: success with it, minus success without it.
 *
 * Attempts without it are those it would have been given to, and was left out from by chance: all else about them is
 * the same. Few as they are, both shares are taken as two attempts of the usual kind beside those that were seen.
 */
import { LESSON_LIMITS, type Lesson } from './lesson.ts'

/** Uses before anything is decided. */
export const USES = 8
/** Attempts without it before one can say that it does not help; where none with it was done, that says enough. */
export const OMISSIONS = 3
/** How sure the record has to be that a lesson helps. */
export const SURE = 0.95
/** Failures in a row of the very kind a lesson is about, after which it is not believed any more. */
export const MISSES = 3
/** Attempts of the usual kind that are added. */
const PRIOR = 2

export interface Shares {
  /** Success with it, 0 to 1, and of how many attempts. */
  readonly given: number
  readonly uses: number
  /** Success without it. */
  readonly leftOut: number
  readonly omissions: number
  /** The difference: what it is worth. */
  readonly lift: number
}

/** @param usual the share of attempts that succeed in this loop, 0 to 1. */
export function sharesOf({ given, left_out }: Pick<Lesson, 'given' | 'left_out'>, usual: number): Shares {
  const [won, uses] = [winsIn(given), given.length]
  const [wonWithout, omissions] = [winsIn(left_out), left_out.length]
  const share = (wins: number, of: number) => (wins + PRIOR * usual) / (of + PRIOR)
  const lift = share(won, uses) - share(wonWithout, omissions)
  return {
    given: uses === 0 ? 0 : won / uses,
    uses,
    leftOut: omissions === 0 ? 0 : wonWithout / omissions,
    omissions,
    lift,
  }
}

const winsIn = (outcomes: string): number => outcomes.replaceAll('0', '').length

/** Adds an outcome; the oldest go. */
export const withOutcome = (outcomes: string, done: boolean): string =>
  `${outcomes}${done ? '1' : '0'}`.slice(-LESSON_LIMITS.window)

/** How sure it is that attempts do better with it than without, 0 to 1: both shares with a flat prior. */
export function sureness({ given, left_out }: Pick<Lesson, 'given' | 'left_out'>): number {
  const [won, lost] = [winsIn(given), given.length - winsIn(given)]
  const [wonWithout, lostWithout] = [winsIn(left_out), left_out.length - winsIn(left_out)]
  return likelihoodAbove([won + 1, lost + 1], [wonWithout + 1, lostWithout + 1])
}

type Beta = readonly [a: number, b: number]

/** P(x > y) of two beta distributions with whole parameters: a finite sum (Cook 2005, "Exact calculation of beta inequalities"). */
function likelihoodAbove([a, b]: Beta, [c, d]: Beta): number {
  let sum = 0
  for (let i = 0; i < a; i++) {
    sum += Math.exp(logBeta(c + i, b + d) - Math.log(b + i) - logBeta(1 + i, b) - logBeta(c, d))
  }
  return sum
}

const logBeta = (a: number, b: number): number =>
  logFactorial(a - 1) + logFactorial(b - 1) - logFactorial(a + b - 1)

function logFactorial(n: number): number {
  let sum = 0
  for (let i = 2; i <= n; i++) sum += Math.log(i)
  return sum
}

export type Move =
  | { readonly is: 'promoted' | 'retired'; readonly because: string }
  | { readonly is: 'stays' }

/** What becomes of a lesson by its record. What a person has pinned stays. */
export function moveOf(lesson: Lesson, usual: number): Move {
  if (lesson.state === 'retired' || lesson.pinned === true) return { is: 'stays' }
  if (lesson.misses >= MISSES) {
    const because = `${lesson.misses} attempts in a row were given it and failed with the very failure it is about.`
    return { is: 'retired', because }
  }
  const shares = sharesOf(lesson, usual)
  if (shares.uses < USES) return { is: 'stays' }
  const isJudged = shares.omissions >= OMISSIONS || shares.given === 0
  if (isJudged && shares.lift <= 0)
    return { is: 'retired', because: `It does not help: ${recordText(lesson)}.` }
  if (lesson.state === 'skill' || shares.omissions === 0 || sureness(lesson) < SURE) return { is: 'stays' }
  return { is: 'promoted', because: `It helps: ${recordText(lesson)}.` }
}

/** `11 of 12 attempts were done with it, 0 of 2 without it` */
export function recordText({ given, left_out }: Pick<Lesson, 'given' | 'left_out'>): string {
  const without = left_out === '' ? 'never left out' : `${winsIn(left_out)} of ${left_out.length} without it`
  return `${winsIn(given)} of ${given.length} attempts were done with it, ${without}`
}
