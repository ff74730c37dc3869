/** Mail: nothing is lost, sent twice, by who does not hold its task, or to who it is not for; and it stays small. */
import type { Checkpoint } from '../../../src/core/checkpoint.ts'
import { Broken, type Saved } from './broken.ts'

type Message = Checkpoint['messages'][number]

/** As `docs/checkpoint.md` has them. */
const MOST = { messages: 200, bytes: 262_144, sender: 40, attempt: 20, people: 50, deliveries: 5 } as const

export class Post {
  /** Words of letters, and the message that they are. */
  readonly #sent = new Map<string, string>()

  saved(saved: Saved): void {
    const { after, before, isRewritten } = saved
    bounded(after)
    forWhomItIs(after)
    if (before === undefined) return
    numbered(before, after)
    if (!isRewritten) this.#once(after)
    if (before.epoch !== after.epoch) return
    if (!isRewritten) bySomebody(before, after)
    notLost(saved, before)
    readByWhomItIs(saved, before)
    notForNothing(saved)
  }

  #once({ epoch, messages }: Checkpoint): void {
    for (const { id, body, from } of messages) {
      const [words] = /^letter \d+\./.exec(body) ?? []
      if (words === undefined || from === 'tick') continue
      const known = this.#sent.get(words) ?? id
      if (known !== id) throw new Broken('mail twice', `${words} is ${known} and ${id} in epoch ${epoch}`)
      this.#sent.set(words, id)
    }
  }
}

const isRead = (message: Message, { remaining_tasks }: Checkpoint): boolean => {
  const { to, from, acknowledged } = message
  if (to !== '*') return acknowledged.includes(to)
  const others = remaining_tasks.filter(({ id, state }) => id !== from && state.at !== 'parked')
  return acknowledged.length > 0 && others.every(({ id }) => acknowledged.includes(id))
}

function bounded(after: Checkpoint): void {
  const { messages, remaining_tasks } = after
  if (messages.length > MOST.messages) throw new Broken('mail', `${messages.length} messages`)
  const bytes = messages.reduce((sum, { body }) => sum + body.length, 0)
  if (bytes > MOST.bytes) throw new Broken('mail', `${bytes} bytes of messages`)
  const waiting = messages.filter((one) => !isRead(one, after))
  const senders = new Set(waiting.map(({ from }) => from).filter((from) => from !== 'tick'))
  for (const from of senders) {
    const count = waiting.filter((one) => one.from === from).length
    if (count > MOST.sender) throw new Broken('mail of a sender', `${count} of ${from} wait`)
  }
  const people = waiting.filter(({ to }) => to === 'human').length
  if (people > MOST.people) throw new Broken('mail to people', `${people} wait`)
  for (const { id, state } of remaining_tasks) {
    const sent = state.at === 'leased' ? (state.lease.letters?.length ?? 0) : 0
    if (sent > MOST.attempt) throw new Broken('mail of an attempt', `${id} has sent ${sent}`)
  }
}

function forWhomItIs({ messages }: Checkpoint): void {
  for (const { id, to, from, deliveries, acknowledged } of messages) {
    const readers = [...Object.keys(deliveries), ...acknowledged]
    const others = readers.filter((one) => (to === '*' ? one === from : one !== to))
    if (others.length > 0) throw new Broken('mail of others', `${id} to ${to} was given to ${others[0]}`)
    const times = Math.max(0, ...Object.values(deliveries).map((one) => one.times))
    if (times > MOST.deliveries) throw new Broken('mail without end', `${id} was delivered ${times} times`)
  }
}

function numbered(before: Checkpoint, after: Checkpoint): void {
  if (after.mail_seq < before.mail_seq) throw new Broken('mail numbers', 'they go back')
  const known = new Set(before.messages.map(({ id }) => id))
  let last = 0
  for (const { id, seq } of after.messages) {
    if (seq <= last || seq > after.mail_seq) throw new Broken('mail numbers', `${id} is out of its place`)
    if (!known.has(id) && seq <= before.mail_seq) throw new Broken('mail numbers', `${id} is given out again`)
    last = seq
  }
}

/** Only who holds a task speaks for it. */
function bySomebody(before: Checkpoint, after: Checkpoint): void {
  const known = new Set(before.messages.map(({ id }) => id))
  for (const { id, from } of after.messages) {
    if (known.has(id) || from === 'tick' || from === 'human') continue
    const task = before.remaining_tasks.find((one) => one.id === from)
    if (task?.state.at !== 'leased')
      throw new Broken('mail of nobody', `${id} is of ${from}, on which nobody works`)
  }
}

/** What was there is there, or was read, or has come back. */
function notLost({ after, change }: Saved, before: Checkpoint): void {
  const there = new Set(after.messages.map(({ id }) => id))
  const ids = (type: string) =>
    change.message
      .split('\n')
      .filter((line) => line.startsWith(`{"type":"${type}"`))
      .flatMap((line): string[] => JSON.parse(line).messages ?? [])
  const told = new Set([...ids('mail_returned'), ...ids('mail_acknowledged')])
  // Events that are too long for a log are cut: what they say of messages is not in it.
  const isCut = change.message.includes('"cut":')
  for (const message of before.messages) {
    const { id, from, to } = message
    const isNote = from === 'tick' && !after.remaining_tasks.some((task) => task.id === to)
    if (there.has(id) || told.has(id) || isRead(message, before) || isRead(message, after) || isNote || isCut)
      continue
    throw new Broken('mail lost', `${id} of ${from} to ${to} is gone`)
  }
}

/** Whoever takes something as read has got it. */
function readByWhomItIs({ events, after }: Saved, before: Checkpoint): void {
  const known = new Map([...before.messages, ...after.messages].map((one) => [one.id, one]))
  const got = new Set(events.flatMap((one) => (one.type === 'mail_delivered' ? (one.messages ?? []) : [])))
  for (const event of events) {
    if (event.type !== 'mail_acknowledged' || event.from === 'human') continue
    for (const id of event.messages ?? []) {
      const old = before.messages.find((one) => one.id === id)
      const isIts = known.get(id)?.to === '*' || known.get(id)?.to === event.from
      if (!isIts || (old?.deliveries[event.from] === undefined && !got.has(id)))
        throw new Broken('mail of others', `${event.from} takes ${id} as read, which it never got`)
    }
  }
}

/** Mail alone is saved only where there is some. */
function notForNothing({ events, change }: Saved): void {
  const isMailAlone = events.every(({ type }) => type.startsWith('mail_'))
  if (events.length > 0 && isMailAlone && !change.message.includes('"mail_posted"'))
    throw new Broken('mail for nothing', 'it was saved for mail, and there was none')
}
