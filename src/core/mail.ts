/**
 * Mail between tasks, and with people.
 *
 *   posted ──► waits ── delivered to an attempt (its begin, or while it works) ──► acknowledged ──► forgotten
 *                │  ▲                    │                                            in the end
 *                │  └── not acknowledged ┘  at most five times
 *                └──── receiver done, parked or gone; seven days; five deliveries ──► returned: the sender is told
 *
 * What is to people waits until one of them answers or acknowledges it. What is from people waits for a parked
 * task, too. Nothing that somebody still has to read is ever pushed out: where there is no room, it is refused.
 */
import type { Checkpoint } from './checkpoint.ts'
import { LIMITS } from './limits.ts'
import { ALL, HARNESS, HUMAN, isTo, type Message } from './message.ts'
import { findCompleted, findTask } from './tasks.ts'

/** Why nobody can read it; `undefined` while somebody can. */
export function unreachable(
  checkpoint: Checkpoint,
  { to, from }: Pick<Message, 'to' | 'from'>,
): string | undefined {
  if (to === HUMAN) return undefined
  if (to === ALL)
    return checkpoint.remaining_tasks.some(({ id }) => id !== from)
      ? undefined
      : 'there is no other task left'
  const task = findTask(checkpoint, to)
  if (task === undefined)
    return findCompleted(checkpoint, to) === undefined ? 'there is no such task' : 'it is done'
  // A person may well answer before the task is tried again.
  const isPatient = from === HUMAN || from === HARNESS
  return task.state.at === 'parked' && !isPatient ? 'it is parked' : undefined
}

/** Whether all have acknowledged it who can. */
export function isSettled(checkpoint: Checkpoint, { to, from, acknowledged }: Message): boolean {
  if (to !== ALL) return acknowledged.includes(to)
  const others = checkpoint.remaining_tasks.filter(({ id, state }) => id !== from && state.at !== 'parked')
  return acknowledged.length > 0 && others.every(({ id }) => acknowledged.includes(id))
}

/** What an attempt of a task is to get and has not got, oldest first. */
export const due = ({ messages }: Checkpoint, task: string, fence: number): Message[] =>
  messages.filter((message) => {
    const { times = 0, fence: last = 0 } = message.deliveries[task] ?? {}
    const waits = isTo(message, task) && !message.acknowledged.includes(task)
    return waits && times < LIMITS.mail_deliveries && last !== fence
  })

/** What an attempt has got, and has not acknowledged. */
export const inboxOf = ({ messages }: Checkpoint, task: string, fence: number): Message[] =>
  messages.filter(
    ({ deliveries, acknowledged }) => deliveries[task]?.fence === fence && !acknowledged.includes(task),
  )

/** What waits for people, oldest first. */
export const toPeople = ({ messages }: Checkpoint): Message[] =>
  messages.filter(({ to, acknowledged }) => to === HUMAN && !acknowledged.includes(HUMAN))
