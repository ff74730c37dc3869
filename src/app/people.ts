/** What people say to a loop: stop, resume, retry a task, accept a task. */
import type { Checkpoint } from '../core/checkpoint.ts'
import { LoopError } from '../core/error.ts'
import type { Event } from '../core/event.ts'
import { findCompleted, findTask } from '../core/tasks.ts'
import { iso } from '../core/time.ts'
import { commit } from './commit.ts'
import type { Ports } from './ports.ts'

export type Word =
  | { readonly say: 'stop'; readonly because: string }
  | { readonly say: 'resume' }
  | { readonly say: 'retry' | 'accept'; readonly task: string }

export interface Heard {
  readonly checkpoint: Checkpoint
  /** What changed, as a sentence; it may be that nothing had to. */
  readonly what: string
}

/** @throws LoopError `no-loop`, `unknown-task`, `not-allowed`. */
export async function tellLoop(
  ports: Pick<Ports, 'store' | 'clock' | 'chance' | 'reporter'>,
  word: Word,
): Promise<Heard> {
  const told = await commit(ports, (checkpoint, { now }) => {
    const { events, what } = hear(checkpoint, word, iso(now))
    return { events, answer: what }
  })
  return { checkpoint: told.restored.checkpoint, what: told.answer }
}

interface Change {
  readonly events: readonly Event[]
  readonly what: string
}

function hear(checkpoint: Checkpoint, word: Word, at: string): Change {
  switch (word.say) {
    case 'stop':
      return checkpoint.status === 'done'
        ? { events: [], what: 'The loop is done already.' }
        : {
            events: [{ type: 'loop_held', at, status: 'paused', because: word.because, next: '' }],
            what: 'The loop is paused. Attempts in flight settle; nothing new begins.',
          }
    case 'resume':
      return checkpoint.hold === null && checkpoint.waiting === null
        ? { events: [], what: 'The loop was not paused.' }
        : { events: [{ type: 'loop_resumed', at }], what: 'The loop may go on.' }
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
