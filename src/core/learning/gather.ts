/** What an ended attempt teaches: new lessons, and what becomes of those that it was given. Pure decisions. */
import type { Checkpoint } from '../checkpoint.ts'
import type { AttemptEnded, Event } from '../event.ts'
import { tellsOfWork } from '../failure.ts'
import type { Task } from '../task.ts'
import { findTask } from '../tasks.ts'
import { cut, oneLine } from '../text.ts'
import { epoch } from '../time.ts'
import { usualShare } from './choose.ts'
import { lessonsOf } from './credit.ts'
import type { LearningEvent, LessonDropped, LessonLearnt } from './event-learning.ts'
import { LESSON_LIMITS, type Lesson, type LessonNote } from './lesson.ts'
import { whyNot } from './note.ts'
import { moveOf, sharesOf } from './record.ts'
import { reduceLearning } from './reduce-learning.ts'
import { symptomOf, symptomText } from './symptom.ts'
import { keptWords } from './words.ts'

/** What was so before the attempt ended, and is so after it. */
export interface Around {
  readonly before: Checkpoint
  readonly after: Checkpoint
  readonly notes: readonly LessonNote[]
}

/** @param fact judged in `before`. */
export function learnings(fact: Event, { before, after, notes }: Around): LearningEvent[] {
  if (fact.type !== 'attempt_ended' || before.config.settings.policy.lessons === false) return []
  const task = findTask(before, fact.task)
  if (task?.state.at !== 'leased' || !tellsOfWork(fact.verdict)) return []
  const fresh = [
    ...notes.slice(0, LESSON_LIMITS.notes).map(fromNote(fact, task)),
    ...fromFailure(before, task, fact),
  ]
  // Each sees what came of those before it: what has just been proven must not make room for a note.
  const steps = [
    (now: Checkpoint) => movesOf(now, task, fact.at),
    (now: Checkpoint) => surpassed(now, task, fact),
    (now: Checkpoint) => explainedBy(now, task, fact),
    (now: Checkpoint) => added(now, fact, fresh),
  ]
  const events: LearningEvent[] = []
  for (const step of steps) events.push(...step(events.reduce(reduceLearning, after)))
  return events
}

function movesOf(after: Checkpoint, task: Task, at: string): LearningEvent[] {
  const told = lessonsOf(task)
  if (told === undefined) return []
  const usual = usualShare(after)
  const ids = new Set([...told.given, told.left_out])
  return after.lessons
    .filter(({ id }) => ids.has(id))
    .flatMap((lesson) => {
      const move = moveOf(lesson, usual)
      if (move.is === 'stays') return []
      const type = move.is === 'promoted' ? 'lesson_promoted' : 'lesson_retired'
      return [{ type, at, lesson: lesson.id, because: move.because } as const]
    })
}

/** A lesson that never helped, where another about the same failure has just got somebody past it. */
function surpassed(after: Checkpoint, task: Task, { verdict, at }: AttemptEnded): LearningEvent[] {
  const given = new Set(verdict === 'done' ? lessonsOf(task)?.given : [])
  const winners = new Map(
    after.lessons.flatMap(({ id, symptom }) =>
      given.has(id) && symptom !== undefined ? [[symptom, id] as const] : [],
    ),
  )
  return after.lessons.flatMap(({ id, symptom = '', state, pinned, misses, given: record }) => {
    const winner = winners.get(symptom)
    const hasHelped = record.includes('1') || misses === 0 || pinned === true
    if (winner === undefined || given.has(id) || state !== 'open' || hasHelped) return []
    const because = `It was followed by the very failure it is about, and ${winner} gets past that.`
    return [{ type: 'lesson_retired', at, lesson: id, because }]
  })
}

/** What the task failed with before: an agent's note is about that. */
const symptomBefore = ({ attempts }: Task): string | undefined =>
  attempts.flatMap(({ failure }) => symptomOf(failure) ?? []).at(-1)

/** Its id is given when it is taken in. */
type Fresh = Lesson

const fromNote =
  ({ at }: AttemptEnded, task: Task) =>
  ({ text, scope, paths }: LessonNote): Fresh => {
    const symptom = symptomBefore(task)
    return {
      ...blank(task, at),
      ...{ text, scope, paths: [...paths], source: 'agent' as const },
      ...(symptom === undefined ? {} : { symptom }),
    }
  }

const blank = (task: Task, at: string) => ({
  id: '',
  ...{ task: task.id, at, paths: [], met: [{ task: task.id, words: keptWords(task) }] },
  ...{ uses: 0, given: '', left_out: '', misses: 0, state: 'open' as const },
})

/** The failing command and what it printed: better than nothing, until somebody says it better. */
function fromFailure(before: Checkpoint, task: Task, { verdict, failure, at }: AttemptEnded): Fresh[] {
  const symptom = symptomOf(failure)
  const command = failure?.command
  if (verdict !== 'verify_failed' || failure === undefined || symptom === undefined || command === undefined)
    return []
  if (before.lessons.some((one) => one.symptom === symptom && one.source === 'failure')) return []
  const { verify } = before.config.settings
  const text = cut(`\`${oneLine(command)}\` failed: ${symptomText(failure)}`, FAILURE_CHARS)
  if (whyNot(text) !== undefined) return []
  // A check of the task's own says little to others, until another task meets the same.
  return [
    {
      ...blank(task, at),
      text,
      symptom,
      scope: verify.includes(command) ? 'loop' : 'task',
      source: 'failure',
    },
  ]
}

/** Room is left for what helped. */
const FAILURE_CHARS = 300

/** Whoever got past a failure says in its summary what it did. */
function explainedBy(after: Checkpoint, task: Task, { verdict, summary, at }: AttemptEnded): LearningEvent[] {
  const symptom = symptomBefore(task)
  const said = oneLine(summary)
  if (verdict !== 'done' || symptom === undefined || said === '') return []
  const lesson = after.lessons.find(
    (one) => one.symptom === symptom && one.source === 'failure' && one.task === task.id,
  )
  if (lesson === undefined || lesson.state === 'retired' || lesson.text.includes(HELPED)) return []
  const text = cut(`${lesson.text}${HELPED}${said}`, LESSON_LIMITS.text_chars)
  if (whyNot(text) !== undefined) return []
  const because = `The attempt that got past it says what it did.`
  return [{ type: 'lesson_edited', at, lesson: lesson.id, text, afresh: false, because }]
}

const HELPED = ' What helped: '

/** Takes them in one by one, as far as there is room; the least useful go for it. */
function added(after: Checkpoint, { at, iteration }: AttemptEnded, fresh: readonly Fresh[]): LearningEvent[] {
  const events: LearningEvent[] = []
  let lessons = after.lessons
  const ids = new Set(lessons.map(({ id }) => id))
  for (const one of fresh) {
    if (lessons.some((other) => isSame(other, one))) continue
    const dropped = inTheWay(lessons, one, usualShare(after)).map(
      (lesson): LessonDropped => ({
        ...{ type: 'lesson_dropped', at, lesson: lesson.id },
        because: `There was no room beside "${cut(one.text, 60)}".`,
      }),
    )
    const gone = new Set(dropped.map(({ lesson }) => lesson))
    // Skills, and what people want, stay.
    if (lessons.length - gone.size >= LESSON_LIMITS.kept) continue
    const lesson: Lesson = { ...one, id: freshId(ids, `l${after.epoch}-${iteration}`) }
    ids.add(lesson.id)
    const learnt: LessonLearnt = {
      ...{ type: 'lesson_learnt', at, lesson, task: one.task },
      because: one.source === 'agent' ? `An agent says: ${lesson.text}` : lesson.text,
    }
    lessons = [...lessons.filter(({ id }) => !gone.has(id)), lesson]
    events.push(...dropped, learnt)
  }
  return events
}

/** But for case, blanks and marks. */
export const isSame = (a: Pick<Lesson, 'text'>, b: Pick<Lesson, 'text'>): boolean =>
  plain(a.text) === plain(b.text)
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** One that not even what has just been dropped had. */
function freshId(taken: ReadonlySet<string>, stem: string): string {
  for (let n = 0; ; n++) {
    const id = `${stem}${String.fromCharCode(97 + (n % 26)).repeat(1 + Math.floor(n / 26))}`
    if (!taken.has(id)) return id
  }
}

/** What has to go for a new one: a rival about the same failure, the oldest retired, whatever is worth least. */
function inTheWay(lessons: readonly Lesson[], fresh: Fresh, usual: number): Lesson[] {
  const expendable = lessons.filter(({ state, pinned }) => state !== 'skill' && pinned !== true)
  const rivals = expendable.filter(
    ({ symptom, state }) => symptom !== undefined && symptom === fresh.symptom && state === 'open',
  )
  const worst = (among: readonly Lesson[]) =>
    among.toSorted((a, b) => keeping(a, usual) - keeping(b, usual) || epoch(a.at) - epoch(b.at))[0]
  const retired = expendable.filter(({ state }) => state === 'retired')
  const gone = new Set([
    ...(rivals.length >= LESSON_LIMITS.rivals ? [worst(rivals)] : []),
    ...(retired.length > LESSON_LIMITS.retired ? [retired[0]] : []),
    ...(lessons.length >= LESSON_LIMITS.kept ? [worst(expendable)] : []),
  ])
  return lessons.filter((one) => gone.has(one))
}

/** What it is worth to keep: retired ones only so that they are not learnt again. */
const keeping = (lesson: Lesson, usual: number): number =>
  (lesson.state === 'retired' ? -1 : 0) +
  sharesOf(lesson, usual).lift -
  0.2 * lesson.misses +
  0.01 * lesson.uses
