/** What people say to a loop: stop, resume, retry a task, accept a task. */
import type { Checkpoint } from '../core/checkpoint.ts'
import { LoopError } from '../core/error.ts'
import type { Event } from '../core/event.ts'
import { hearOfLesson, type LessonWord } from '../core/learning/people.ts'
import { findCompleted, findTask } from '../core/tasks.ts'
import { iso } from '../core/time.ts'
import { commit, type Decision } from './commit.ts'
import { Draft } from './draft.ts'
import { clearDead, endings, type Findings, look } from './look.ts'
import type { Ports } from './ports.ts'

/** Why a loop is paused whose run a person has cancelled. */
export const CANCELLED = 'A person cancelled the run.'
/** Why a request is taken back that such a run had committed. */
export const CANCELLED_EARLY = 'A person cancelled the run before it asked for the next.'

export type Word =
  | { readonly say: 'stop'; readonly because: string }
  | { readonly say: 'resume' }
  | { readonly say: 'retry' | 'accept'; readonly task: string }
  | { readonly say: 'lesson'; readonly word: LessonWord }

export interface Heard {
  readonly checkpoint: Checkpoint
  /** What changed, as a sentence; it may be that nothing had to. */
  readonly what: string
  /** Whether the loop now is as they said. */
  readonly obeyed: boolean
}

/** @throws LoopError `no-loop`, `unknown-task`, `not-allowed`. */
export async function tellLoop(
  ports: Pick<Ports, 'store' | 'clock' | 'chance' | 'reporter' | 'redact' | 'host' | 'relay'>,
  word: Word,
): Promise<Heard> {
  let findings: Findings | undefined
  const told = await commit(ports, async (checkpoint, { now, work }) => {
    // What `restore` could not mend, a word cannot mend either. Nobody needs the branch of finished work.
    const isMerged = work === undefined && checkpoint.remaining_tasks.length === 0
    if (word.say === 'resume' && work !== checkpoint.work.head && !isMerged) return strayed(checkpoint)
    // A run may have died since: what it held is free for a person's word.
    if (findings === undefined) {
      findings = await look(ports, checkpoint)
      await clearDead(ports, checkpoint, findings)
    }
    const draft = new Draft(checkpoint).add(...endings(checkpoint, findings, { by: ports.host.self, now }))
    const { events, what } = hear(draft.checkpoint, word, iso(now))
    return { events: draft.add(...events).events, answer: { what, obeyed: true } }
  })
  return { checkpoint: told.restored.checkpoint, ...told.answer }
}

const strayed = ({ hold }: Checkpoint): Decision<Omit<Heard, 'checkpoint'>> => ({
  events: [],
  answer: { what: `The loop cannot go on: ${hold?.because ?? 'its work branch has moved.'}`, obeyed: false },
})

interface Change {
  readonly events: readonly Event[]
  readonly what: string
}

function hear(checkpoint: Checkpoint, word: Word, at: string): Change {
  switch (word.say) {
    case 'stop':
      if (checkpoint.status === 'done') return { events: [], what: 'The loop is done already.' }
      // Why it stands still is worth more than that somebody wanted it to.
      return checkpoint.hold !== null
        ? { events: [], what: `The loop stands still already: ${checkpoint.hold.because}` }
        : {
            events: [{ type: 'loop_held', at, status: 'paused', because: word.because, next: '' }],
            what: 'The loop is paused. Attempts in flight settle; nothing new begins.',
          }
    case 'resume':
      return checkpoint.hold === null &&
        checkpoint.waiting === null &&
        checkpoint.pull_request.problem === null
        ? { events: [], what: 'The loop was not paused.' }
        : { events: [{ type: 'loop_resumed', at }], what: 'The loop may go on.' }
    case 'lesson':
      return hearOfLesson(checkpoint, word.word, at)
    default:
      return aboutTask(checkpoint, word, at)
  }
}

function aboutTask(
  checkpoint: Checkpoint,
  { say, task: id }: Word & { say: 'retry' | 'accept' },
  at: string,
): Change {
  if (findCompleted(checkpoint, id) !== undefined)
    throw new LoopError('not-allowed', `Task "${id}" is done already.`)
  const task = findTask(checkpoint, id)
  if (task === undefined) {
    const known = checkpoint.remaining_tasks
      .map((one) => one.id)
      .slice(0, 20)
      .join(', ')
    throw new LoopError('unknown-task', `There is no task "${id}". Unfinished: ${known || 'none'}.`)
  }
  if (task.state.at === 'leased') throw new LoopError('not-allowed', `Task "${id}" is being worked on.`)
  return say === 'retry'
    ? { events: [{ type: 'task_retried', at, task: id }], what: `Task "${id}" has fresh attempts.` }
    : { events: [{ type: 'task_accepted', at, task: id }], what: `Task "${id}" is taken as done.` }
}
