/** What becomes of mail, decided in every try from what is true then: taken, returned, refused. */
import type { Checkpoint } from './checkpoint.ts'
import type { MailEvent, MailPosted, MailReturned, OfMailer } from './event-mail.ts'
import type { Letter, OutgoingMail } from './letters.ts'
import { LIMITS } from './limits.ts'
import { due, isSettled, unreachable } from './mail.ts'
import { ALL, HARNESS, HUMAN, idOf, isTo, type Message, mailBytes, type Posted } from './message.ts'
import type { Refusal } from './proposal.ts'
import { reduceMail } from './reduce-mail.ts'
import { findTask } from './tasks.ts'
import { byteLength } from './text.ts'
import { epoch, iso } from './time.ts'

/** What a mailbox looks like while letters are put into it. */
class Mailbox {
  readonly #checkpoint: Checkpoint
  readonly posted: Posted[] = []

  constructor(checkpoint: Checkpoint) {
    this.#checkpoint = checkpoint
  }

  add(letter: Omit<Posted, 'id' | 'seq'>): Posted {
    const seq = this.#checkpoint.mail_seq + this.posted.length + 1
    const posted = { id: idOf(seq), seq, ...letter }
    this.posted.push(posted)
    return posted
  }

  /** Why there is no room for it; `undefined` while there is. */
  full({ from, to, body }: Pick<Posted, 'from' | 'to' | 'body'>): string | undefined {
    const waiting: Posted[] = [
      ...this.#checkpoint.messages.filter((one) => !isSettled(this.#checkpoint, one)),
      ...this.posted,
    ]
    const isOurs = from === HUMAN || from === HARNESS
    const most = isOurs ? LIMITS.mail_messages : LIMITS.mail_of_agents
    const bytes = isOurs ? LIMITS.mail_bytes : LIMITS.mail_of_agents_bytes
    const own = waiting.filter((one) => one.from === from).length
    if (waiting.length >= most || mailBytes(waiting) + byteLength(body) + 80 > bytes)
      return 'The mailbox of the loop is full.'
    if (isOurs) return undefined
    if (own >= LIMITS.mail_sender) return `${own} messages of the same sender wait to be read.`
    const asked = to === HUMAN ? waiting.filter((one) => one.to === HUMAN).length : 0
    return asked >= LIMITS.mail_to_people ? `${asked} messages wait for people already.` : undefined
  }

  /** A note from the loop itself, where it has a reader and room. */
  note(to: string, body: string, bounced: readonly string[]): void {
    if (to === HUMAN || to === HARNESS || findTask(this.#checkpoint, to) === undefined) return
    const note = { from: HARNESS, to, body, ...(bounced.length === 0 ? {} : { bounced: [...bounced] }) }
    if (this.full(note) === undefined) this.add(note)
  }
}

/** Who sends letters: an attempt, or a person. */
export type Sender = OfMailer | 'human'

export interface Posting {
  readonly sender: Sender
  /** Letters that cannot be read. */
  readonly refused?: readonly Refusal[]
  readonly at: string
  /** `false`: refusals are left to the end of the attempt, which sees all its letters again. Default: true. */
  readonly isOver?: boolean
}

/** The letters that are taken, and those that are not; nothing where there are none. */
export function posting(
  checkpoint: Checkpoint,
  letters: readonly Letter[],
  { sender, refused = [], at, isOver = true }: Posting,
): MailPosted[] {
  const from = sender === 'human' ? HUMAN : sender.task
  const sent = new Set(sender === 'human' ? [] : sentBy(checkpoint, sender))
  const box = new Mailbox(checkpoint)
  const bounced: string[] = []
  const keys: string[] = []
  const no: Refusal[] = [...refused]
  const told: string[] = []
  for (const { key, to, body, reply_to } of letters) {
    if (sent.has(key)) continue
    const letter = { from, to, body, ...(reply_to === undefined ? {} : { reply_to }) }
    const isTooMuch = sender !== 'human' && sent.size >= LIMITS.messages_attempt
    const why = isTooMuch ? `An attempt may send ${LIMITS.messages_attempt} messages.` : box.full(letter)
    if (why !== undefined) {
      if (isOver) no.push({ id: `mail to ${to}`, because: why })
      continue
    }
    sent.add(key)
    keys.push(key)
    const lost = unreachable(checkpoint, letter)
    if (lost !== undefined) bounced.push(`${to}: ${lost}`)
    else told.push(`${to} (${box.add(sender === 'human' ? { ...letter, key } : letter).id})`)
  }
  if (bounced.length > 0) box.note(from, undelivered(bounced), [])
  if (keys.length === 0 && no.length === 0) return []
  const to = [...new Set(letters.filter(({ key }) => keys.includes(key)).map((one) => one.to))]
  const of = sender === 'human' ? {} : { of: sender }
  const because = [
    ...(told.length === 0 ? [] : [`To ${told.join(', ')}.`]),
    ...(bounced.length === 0 ? [] : [`Came back: ${bounced.join('; ')}.`]),
    ...(no.length === 0 ? [] : [`Refused: ${no.length}.`]),
  ].join(' ')
  return [{ type: 'mail_posted', at, from, to, ...of, messages: box.posted, keys, refused: no, because }]
}

/** Keys of the letters that an attempt has sent so far. */
function sentBy(checkpoint: Checkpoint, { task }: OfMailer): readonly string[] {
  const state = findTask(checkpoint, task)?.state
  return state?.at === 'leased' ? (state.lease.letters ?? []) : []
}

const undelivered = (what: readonly string[]): string => `Your mail came back. ${what.join('; ')}.`

/** What an attempt is told of its acknowledgements, and what counts of them. */
export interface Acknowledging {
  readonly counted: readonly string[]
  /** Ids of messages that it never got. */
  readonly foreign: readonly string[]
}

/** What it answers is read, too. */
export function acknowledging(
  { messages }: Checkpoint,
  task: string,
  { acks, letters, delivered }: OutgoingMail,
): Acknowledging {
  const got = new Set(delivered)
  const known = new Map(messages.map((one) => [one.id, one]))
  const isOwn = (id: string) => {
    const one = known.get(id)
    return one !== undefined && isTo(one, task) && (got.has(id) || one.deliveries[task] !== undefined)
  }
  const answered = letters.flatMap(({ reply_to }) => (reply_to === undefined ? [] : [reply_to]))
  const all = [...new Set([...acks, ...answered.filter(isOwn)])]
  return {
    counted: all.filter((id) => isOwn(id) && known.get(id)?.acknowledged.includes(task) === false),
    foreign: acks.filter((id) => !isOwn(id)),
  }
}

export interface MailOf {
  readonly events: readonly MailEvent[]
  readonly refused: readonly Refusal[]
  /** Acknowledgements that do not count. */
  readonly foreign: readonly string[]
}

/** All mail of an attempt that holds its task: what it got, has read, and sends. */
export function mailOf(
  checkpoint: Checkpoint,
  mail: OutgoingMail,
  { of, at, isOver = true }: Pick<Posting, 'at' | 'isOver'> & { readonly of: OfMailer },
): MailOf {
  const { task, fence } = of
  const waiting = new Set(due(checkpoint, task, fence).map(({ id }) => id))
  const got = mail.delivered.filter((id) => waiting.has(id))
  const read = acknowledging(checkpoint, task, mail)
  const received: MailEvent[] = [
    ...(got.length === 0 ? [] : [{ type: 'mail_delivered' as const, at, of, messages: got }]),
    ...(read.counted.length === 0
      ? []
      : [{ type: 'mail_acknowledged' as const, at, from: task, of, messages: read.counted }]),
  ]
  // What was read makes room.
  const after = received.reduce(reduceMail, checkpoint)
  const posted = posting(after, mail.letters, { sender: of, refused: mail.refused, at, isOver })
  const refused = posted.flatMap((one) => one.refused)
  return { events: [...received, ...posted], refused, foreign: read.foreign }
}

/** What nobody can read any more, or nobody did: derived from everything else, whenever something else changes. */
export function returning(checkpoint: Checkpoint, now: number): MailReturned[] {
  const lost = checkpoint.messages.flatMap((message) => {
    const because = whyReturned(checkpoint, message, now)
    return because === undefined ? [] : [{ message, because }]
  })
  if (lost.length === 0) return []
  const gone = new Set(lost.map(({ message }) => message.id))
  const left = checkpoint.messages.filter(({ id }) => !gone.has(id))
  const box = new Mailbox({ ...checkpoint, messages: left })
  const tellable = lost.filter(({ message }) => message.bounced === undefined && message.from !== HARNESS)
  for (const [from, own] of Map.groupBy(tellable, ({ message }) => message.from)) {
    const what = own.map(({ message: { id, to }, because }) => `${id} to ${to}: ${because}`)
    const ids = own.map(({ message }) => message.id)
    box.note(from, undelivered(what.slice(0, NAMED)), ids)
  }
  const because = lost
    .slice(0, NAMED)
    .map(({ message: { id, from, to }, because: why }) => `${id} of ${from} to ${to}: ${why}`)
  return [
    {
      type: 'mail_returned',
      at: iso(now),
      messages: [...gone],
      notes: box.posted,
      because: `Came back: ${because.join('; ')}.`,
    },
  ]
}

/** That are named in one note: no more than fit into it. */
const NAMED = 20

function whyReturned(checkpoint: Checkpoint, message: Message, now: number): string | undefined {
  if (isSettled(checkpoint, message)) return undefined
  const lost = unreachable(checkpoint, message)
  const { to, expires_at, deliveries } = message
  if (lost !== undefined)
    return `${lost}${deliveries[to] === undefined ? '' : ' and has not acknowledged it'}`
  if (expires_at !== undefined && epoch(expires_at) <= now)
    return `nobody has acknowledged it in ${LIMITS.mail_days} days`
  if (to === ALL || to === HUMAN) return undefined
  const { times = 0 } = deliveries[to] ?? {}
  const isAtWork = findTask(checkpoint, to)?.state.at === 'leased'
  return times >= LIMITS.mail_deliveries && !isAtWork
    ? `it was delivered ${times} times and not acknowledged`
    : undefined
}
