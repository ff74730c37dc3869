/** The part of `reduce` that keeps the mailbox. */

import type { Verdict } from './attempt.ts'
import type { Checkpoint } from './checkpoint.ts'
import { LoopError, unreachable } from './error.ts'
import type { MailAcknowledged, MailDelivered, MailEvent, MailPosted, OfMailer } from './event-mail.ts'
import { CONSEQUENCES } from './failure.ts'
import { LIMITS } from './limits.ts'
import { due, isSettled } from './mail.ts'
import { arrived, HARNESS, HUMAN, isTo, type Message, type Posted } from './message.ts'
import { held } from './settle.ts'
import { doneIds, findTask, replaceTask } from './tasks.ts'

/** @throws LoopError `not-allowed` for mail of an attempt that holds its task no more. */
export function reduceMail(checkpoint: Checkpoint, event: MailEvent): Checkpoint {
  switch (event.type) {
    case 'mail_posted':
      return tidied(post(checkpoint, event))
    case 'mail_delivered':
      return tidied(deliver(checkpoint, event))
    case 'mail_acknowledged':
      return tidied(acknowledge(checkpoint, event))
    case 'mail_returned': {
      const gone = new Set(event.messages)
      const left = checkpoint.messages.filter(({ id }) => !gone.has(id))
      return tidied(add({ ...checkpoint, messages: left }, event.notes, event.at))
    }
    default:
      return unreachable(event)
  }
}

function post(checkpoint: Checkpoint, event: MailPosted): Checkpoint {
  const { of, keys, messages, at } = event
  const from = of === undefined ? checkpoint : sent(checkpoint, of, keys)
  const known = new Set(from.messages.map(({ key }) => key))
  // A person's words that are there already: only the answer was lost.
  const fresh = messages.filter(({ key }) => key === undefined || !known.has(key))
  const added = add(from, fresh, at)
  // Whoever answers has read it.
  const answered = messages.flatMap((one) => (one.reply_to === undefined ? [] : [one.reply_to]))
  return event.from === HUMAN ? marked(added, answered, HUMAN) : added
}

/** Remembers with the lease what its attempt has sent. */
function sent(checkpoint: Checkpoint, of: OfMailer, keys: readonly string[]): Checkpoint {
  const { task, lease } = held(checkpoint, of)
  const letters = [...(lease.letters ?? []), ...keys]
  if (letters.length > LIMITS.messages_attempt || new Set(letters).size < letters.length)
    throw new LoopError('not-allowed', `Task "${task.id}" has sent this mail before, or too much of it.`)
  return replaceTask(checkpoint, { ...task, state: { at: 'leased', lease: { ...lease, letters } } })
}

function add(checkpoint: Checkpoint, posted: readonly Posted[], at: string): Checkpoint {
  const first = checkpoint.mail_seq + 1
  if (posted.some(({ seq }, index) => seq !== first + index))
    throw new LoopError('not-allowed', 'Other mail came first: these numbers are taken.')
  return {
    ...checkpoint,
    mail_seq: checkpoint.mail_seq + posted.length,
    messages: [...checkpoint.messages, ...posted.map((one) => arrived(one, at))],
  }
}

function deliver(checkpoint: Checkpoint, { of, messages }: MailDelivered): Checkpoint {
  const { task, lease } = held(checkpoint, of)
  return counted(checkpoint, task.id, lease.fence, new Set(messages))
}

/** One more delivery of each that this attempt has not got yet. */
const counted = (
  checkpoint: Checkpoint,
  task: string,
  fence: number,
  ids: ReadonlySet<string>,
): Checkpoint => ({
  ...checkpoint,
  messages: checkpoint.messages.map((message): Message => {
    const { times = 0, fence: last } = message.deliveries[task] ?? {}
    if (!ids.has(message.id) || last === fence || !isTo(message, task)) return message
    return { ...message, deliveries: { ...message.deliveries, [task]: { times: times + 1, fence } } }
  }),
})

function acknowledge(checkpoint: Checkpoint, { from, of, messages }: MailAcknowledged): Checkpoint {
  if (of !== undefined) held(checkpoint, of)
  return marked(checkpoint, messages, from)
}

function marked(checkpoint: Checkpoint, ids: readonly string[], who: string): Checkpoint {
  const wanted = new Set(ids)
  return {
    ...checkpoint,
    messages: checkpoint.messages.map((message) =>
      wanted.has(message.id) && !message.acknowledged.includes(who) && isTo(message, who)
        ? { ...message, acknowledged: [...message.acknowledged, who] }
        : message,
    ),
  }
}

/** What is due to a task is delivered to the attempt that begins. */
export function deliverAtBegin(checkpoint: Checkpoint, task: string): Checkpoint {
  const state = findTask(checkpoint, task)?.state
  if (state?.at !== 'leased' || state.lease.landing === true) return checkpoint
  const { fence } = state.lease
  const ids = due(checkpoint, task, fence).slice(0, LIMITS.mail_inbox)
  if (ids.length === 0) return checkpoint
  return tidied(counted(checkpoint, task, fence, new Set(ids.map(({ id }) => id))))
}

/** What the loop itself has to say to a task is of no use once it is done. */
export const forgetNotes = (checkpoint: Checkpoint, task: string): Checkpoint => ({
  ...checkpoint,
  messages: checkpoint.messages.filter(({ from, to }) => from !== HARNESS || to !== task),
})

/** An attempt that costs the task none was none for its mail either: it may have been read by nobody. */
export function takeBackDeliveries(
  checkpoint: Checkpoint,
  { task, fence, verdict }: Pick<OfMailer, 'task' | 'fence'> & { readonly verdict: Verdict },
): Checkpoint {
  if (CONSEQUENCES[verdict].attempt !== 'no') return checkpoint
  return {
    ...checkpoint,
    messages: checkpoint.messages.map((message): Message => {
      const delivery = message.deliveries[task]
      if (delivery?.fence !== fence || message.acknowledged.includes(task)) return message
      const once = { ...delivery, times: Math.max(0, delivery.times - 1) }
      return { ...message, deliveries: { ...message.deliveries, [task]: once } }
    }),
  }
}

/** Forgets who is done, and the oldest of what all have read. */
function tidied(checkpoint: Checkpoint): Checkpoint {
  const done = doneIds(checkpoint)
  const messages = checkpoint.messages.map((message) => withoutDone(message, done))
  const settled = messages.filter((message) => isSettled(checkpoint, message)).map(({ id }) => id)
  const others = messages.length - settled.length
  const room = Math.min(LIMITS.mail_kept, LIMITS.mail_messages - others)
  const old = new Set(settled.slice(0, Math.max(0, settled.length - room)))
  return { ...checkpoint, messages: messages.filter(({ id }) => !old.has(id)) }
}

/** It must not grow with the tasks that there ever were. That somebody has read it stays known. */
function withoutDone(message: Message, done: ReadonlySet<string>): Message {
  const { deliveries, acknowledged } = message
  const left = Object.entries(deliveries).filter(([task]) => !done.has(task))
  const readers = acknowledged.filter((task) => !done.has(task))
  const isSame = left.length === Object.keys(deliveries).length && readers.length === acknowledged.length
  if (isSame) return message
  return {
    ...message,
    deliveries: Object.fromEntries(left),
    acknowledged: readers.length === 0 ? acknowledged.slice(0, 1) : readers,
  }
}
