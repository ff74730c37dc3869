/**
 * Which lessons an attempt gets, decided when its task is leased, so that everybody who has to do with the attempt
 * reads the same. With a chance of one in five, which the iteration decides and nobody else, one of them is left out:
 * what becomes of such attempts shows what it is worth.
 */
import type { Checkpoint } from '../checkpoint.ts'
import { chanceFrom } from '../hash.ts'
import type { Task } from '../task.ts'
import { type GivenLessons, LESSON_LIMITS, type Lesson } from './lesson.ts'
import { fit, soughtFor } from './match.ts'
import { sharesOf } from './record.ts'

/** One attempt in so many does without one of its lessons. */
export const OMIT_ONE_IN = 5
/** What fits less well is not worth the words; nor is what is worth so much less than the best. */
const LEAST = { fit: 0.3, share: 0.35 } as const

export interface Ranked {
  readonly lesson: Lesson
  /** How well it fits, times what its record says; higher first. */
  readonly score: number
}

/** `undefined`: there is nothing to give, or the loop does not want it. */
export function chooseLessons(checkpoint: Checkpoint, task: Task): GivenLessons | undefined {
  if (checkpoint.config.settings.policy.lessons === false) return undefined
  const ranked = rankLessons(checkpoint, task)
  const skills = ranked.filter(({ lesson }) => lesson.state === 'skill').slice(0, LESSON_LIMITS.skills)
  const open = ranked.filter(({ lesson }) => lesson.state === 'open').slice(0, LESSON_LIMITS.given)
  const chosen = [...open, ...skills].map(({ lesson }) => lesson)
  if (chosen.length === 0) return undefined
  const omitted = omittedOf(checkpoint, chosen)
  const given = chosen.filter((lesson) => lesson !== omitted).map(({ id }) => id)
  return omitted === undefined ? { given } : { given, left_out: omitted.id }
}

/** Those that fit, the best first; of several about one failure the best alone. */
export function rankLessons(checkpoint: Checkpoint, task: Task): Ranked[] {
  const lessons = checkpoint.lessons.filter(({ state }) => state !== 'retired')
  const sought = soughtFor(checkpoint, task)
  const usual = usualShare(checkpoint)
  const ranked = lessons
    .flatMap((lesson): Ranked[] => {
      const fits = fit(lesson, sought)
      return fits < LEAST.fit ? [] : [{ lesson, score: fits * worth(lesson, usual) }]
    })
    .toSorted((a, b) => b.score - a.score || newer(a.lesson, b.lesson))
  const told = new Set<string>()
  const best = ranked.find(({ lesson }) => lesson.pinned !== true)?.score ?? 0
  return ranked.filter(({ score, lesson: { symptom, pinned } }) => {
    if (score < LEAST.share * best) return false
    if (symptom === undefined || pinned === true) return true
    const isFirst = !told.has(symptom)
    told.add(symptom)
    return isFirst
  })
}

const newer = (a: Lesson, b: Lesson): number =>
  a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? 1 : -1

/** What a miss takes from it: the next one about the same failure gets its turn. */
const MISSED = 0.5

function worth(lesson: Lesson, usual: number): number {
  if (lesson.pinned === true) return 10
  const { lift } = sharesOf(lesson, usual)
  const source = SOURCES[lesson.source]
  return Math.max(0.1, source + lift) * MISSED ** lesson.misses
}

/** Words of somebody who knows say more than what a program printed. */
const SOURCES: Readonly<Record<Lesson['source'], number>> = { person: 1.2, agent: 1, failure: 0.7 }

/** The share of attempts that are done, as two attempts of which one was at the start. */
export const usualShare = ({ completed_tasks, ledger }: Checkpoint): number =>
  (completed_tasks.filter(({ commit }) => commit !== null).length + 1) / (Math.max(ledger.attempts, 1) + 2)

/** The one of which least is known, as long as chance wants one. */
function omittedOf(checkpoint: Checkpoint, chosen: readonly Lesson[]): Lesson | undefined {
  const { loop, epoch, ledger } = checkpoint
  const drawn = `${loop}/${epoch}/${ledger.iterations}`
  if (chanceFrom(drawn) >= 1 / OMIT_ONE_IN) return undefined
  return chosen
    .filter(({ pinned }) => pinned !== true)
    .toSorted(
      (a, b) => unknown(b) - unknown(a) || chanceFrom(`${drawn}/${a.id}`) - chanceFrom(`${drawn}/${b.id}`),
    )[0]
}

/** Uses for each time that it was left out: the more, the less is known of what it is worth. */
const unknown = ({ given, left_out }: Lesson): number => (given.length + 1) / (left_out.length + 1)
