/** Whom an agent may write to, and what it has to read. */
import type { ContextFile, InboxMessage, MessageFile } from '../agent-files.ts'
import { ALL, HUMAN } from '../message.ts'
import { nearest } from '../nearest.ts'
import { Refused } from './refused.ts'

/** How many names are told to an agent that has guessed one. */
const MOST_NAMES = 30

/** @throws Refused when nobody would ever read it. */
export function mustReach(
  { to, reply_to }: MessageFile,
  { task, tasks }: Pick<ContextFile, 'task' | 'tasks'>,
  inbox: readonly InboxMessage[],
): void {
  if (to === task.id) throw new Refused(`"${to}" is your own task: nobody else works on it.`)
  if (reply_to !== undefined && !inbox.some(({ id }) => id === reply_to))
    throw new Refused(
      `"${reply_to}" is not in your inbox: leave reply_to out, or take an id that read_inbox shows.`,
    )
  // Whoever was told of no tasks cannot judge: the harness does.
  if (to === ALL || to === HUMAN || tasks.length === 0) return
  const others = tasks.filter(({ id, state }) => id !== task.id && (state === 'open' || state === 'leased'))
  if (others.some(({ id }) => id === to)) return
  const names = others.map(({ id }) => id)
  throw new Refused(`${whyNot(to, tasks, names)} ${whoElse(names)}`)
}

function whyNot(to: string, tasks: ContextFile['tasks'], names: readonly string[]): string {
  const known = tasks.find(({ id }) => id === to)
  if (known !== undefined) return `Task "${to}" is ${known.state}: nobody works on it.`
  const near = nearest(to, names)
  return `There is no task "${to}".${near === undefined ? '' : ` Did you mean "${near}"?`}`
}

function whoElse(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ')
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more (task_list)` : ''
  return names.length === 0
    ? 'You may write to "human".'
    : `You may write to "human", to "*", or to ${shown}${more}.`
}

/** What is in the inbox and not acknowledged, oldest first. */
export const unreadOf = (inbox: readonly InboxMessage[], acks: readonly string[]): InboxMessage[] => {
  const acknowledged = new Set(acks)
  return inbox.filter(({ id }) => !acknowledged.has(id))
}

/** @throws Refused when one of them is none of this inbox: all are refused then. */
export function mustBeThere(ids: readonly string[], inbox: readonly InboxMessage[]): void {
  const known = new Set(inbox.map(({ id }) => id))
  const foreign = ids.filter((id) => !known.has(id))
  if (foreign.length > 0)
    throw new Refused(
      `Not in your inbox: ${foreign.slice(0, MOST_NAMES).join(', ')}. Nothing was acknowledged; read_inbox shows the ids there are.`,
    )
}
