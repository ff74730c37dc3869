/** What people write to those at work, and what they have read of theirs. */
import type { Checkpoint } from '../core/checkpoint.ts'
import { LoopError } from '../core/error.ts'
import type { Event } from '../core/event.ts'
import { type Letter, readLetter } from '../core/letters.ts'
import { toPeople, unreachable } from '../core/mail.ts'
import { posting } from '../core/mailing.ts'
import { ALL, HUMAN, type Message } from '../core/message.ts'
import type { PersonsMail } from '../core/persons-mail.ts'
import { loopFlag } from '../core/status.ts'
import { findTask } from '../core/tasks.ts'
import { iso } from '../core/time.ts'
import { commit } from './commit.ts'
import type { Ports } from './ports.ts'

export interface Written {
  readonly checkpoint: Checkpoint
  /** A sentence. */
  readonly what: string
}

type Needs = Pick<Ports, 'store' | 'clock' | 'chance' | 'reporter' | 'redact'>

/**
 * Puts a person's words into the mailbox, or takes messages to people as read.
 *
 * @param key tells these words from all others: the same ones, sent again, are one message.
 * @throws LoopError `no-loop`, `unknown-task`, `unknown-message`, `bad-input`, `not-allowed`.
 */
export async function writeMail(ports: Needs, word: PersonsMail, key: string): Promise<Written> {
  const told = await commit(ports, (checkpoint, { now }) => {
    const { events, what } = heard(checkpoint, word, { key, at: iso(now), redact: ports.redact })
    return { events, answer: what }
  })
  return { checkpoint: told.restored.checkpoint, what: told.answer }
}

interface Hearing extends Pick<Ports, 'redact'> {
  readonly key: string
  readonly at: string
}

interface Heard {
  readonly events: readonly Event[]
  readonly what: string
}

function heard(checkpoint: Checkpoint, word: PersonsMail, hearing: Hearing): Heard {
  if (word.say === 'ack') return acknowledged(checkpoint, word.ids, hearing)
  const before = checkpoint.messages.find((one) => one.key === hearing.key)
  if (before !== undefined) return { events: [], what: `${before.id} is sent to ${before.to} already.` }
  const question = word.say === 'reply' ? toHuman(checkpoint, word.to) : undefined
  const to = question?.from ?? (word.to === 'all' ? ALL : word.to)
  const letter = letterOf({ to, body: word.body, reply_to: question?.id }, hearing)
  refuseUnread(checkpoint, to)
  const events = posting(checkpoint, [letter], { sender: HUMAN, at: hearing.at })
  const [posted] = events
  const [refused] = posted?.refused ?? []
  if (refused !== undefined)
    throw new LoopError('not-allowed', refused.because, {
      hint: 'Have some of it read: `cms message` lists it.',
    })
  return { events, what: `${posted?.messages[0]?.id} is sent to ${to}. ${whenRead(checkpoint, to)}` }
}

function letterOf(
  value: { to: string; body: string; reply_to: string | undefined },
  { key, redact }: Hearing,
): Letter {
  if (value.to === HUMAN) throw new LoopError('bad-input', 'People have no inbox: name a task, or "all".')
  const read = readLetter(value, 'message', redact)
  if ('because' in read) throw new LoopError('bad-input', `The message cannot be sent: ${read.because}`)
  return { ...read, key }
}

function refuseUnread(checkpoint: Checkpoint, to: string): void {
  const why = unreachable(checkpoint, { to, from: HUMAN })
  if (why === undefined) return
  if (to !== ALL && why !== 'it is done') {
    const known = checkpoint.remaining_tasks.map(({ id }) => id).slice(0, 20)
    throw new LoopError(
      'unknown-task',
      `There is no task "${to}". Unfinished: ${known.join(', ') || 'none'}.`,
    )
  }
  const who = to === ALL ? 'There is no task left' : `Task "${to}" is done`
  throw new LoopError('not-allowed', `${who}: nobody would read it.`, {
    hint: 'A message that needs no answer is taken as read by `cms message --ack <id>`.',
  })
}

function whenRead(checkpoint: Checkpoint, to: string): string {
  if (to === ALL) return 'All unfinished tasks get it.'
  switch (findTask(checkpoint, to)?.state.at) {
    case 'leased':
      return `It is put into the inbox of the agent at work on ${to}.`
    case 'parked':
      return `${to} is parked and gets it when it is tried again: cms retry ${to}${loopFlag(checkpoint)}`
    default:
      return `${to} gets it when it begins.`
  }
}

/** @throws LoopError `unknown-message` */
function toHuman({ messages }: Checkpoint, id: string): Message {
  const found = messages.find((one) => one.id === id && one.to === HUMAN)
  if (found !== undefined) return found
  throw new LoopError('unknown-message', `There is no message "${id}" to people.`)
}

function acknowledged(checkpoint: Checkpoint, wanted: readonly string[] | 'all', { at }: Hearing): Heard {
  const waiting = toPeople(checkpoint).map(({ id }) => id)
  const asked = wanted === 'all' ? waiting : wanted.map((id) => toHuman(checkpoint, id).id)
  const ids = asked.filter((id) => waiting.includes(id))
  if (ids.length === 0) return { events: [], what: 'There was nothing to take as read.' }
  const what = `${ids.join(', ')} ${ids.length === 1 ? 'is' : 'are'} taken as read.`
  return { events: [{ type: 'mail_acknowledged', at, from: HUMAN, messages: ids }], what }
}
