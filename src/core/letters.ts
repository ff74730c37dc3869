/** The mail that an agent leaves in its outbox: untrusted, so each letter is taken or refused by itself. */
import { z } from 'zod'
import { hash64 } from './hash.ts'
import { MessageId } from './ids.ts'
import { LIMITS } from './limits.ts'
import { Receiver } from './message.ts'
import { findingsOf } from './mistake.ts'
import { type Refusal, refusal } from './proposal.ts'
import type { Redact } from './secrets/redact.ts'
import { byteLength, clip, printable } from './text.ts'

/** A file of the outbox: its text, or why it was not read. */
type Found = { readonly path: string } & ({ readonly text: string } | { readonly refused: string })

/** Loose: an agent that says more than it must is no reason to lose what it says. */
const LetterFile = z.looseObject({
  to: Receiver,
  body: z.string().regex(/\S/, 'must not be empty'),
  reply_to: MessageId.optional(),
})

/** A letter of the right shape. Whether it is taken depends on the mailbox. */
export interface Letter {
  /** Tells the letters of one attempt apart: the same one is never sent twice. */
  readonly key: string
  readonly to: string
  /** Redacted, printable, ≤ 4 KB. */
  readonly body: string
  readonly reply_to?: string
}

/** All that an attempt has sent or read. */
export interface OutgoingMail {
  readonly letters: readonly Letter[]
  /** Letters that cannot be read. */
  readonly refused: readonly Refusal[]
  /** Ids that it says it has read. */
  readonly acks: readonly string[]
  /** Ids that it got while it worked, and that nobody has written down. */
  readonly delivered: readonly string[]
}

export const NO_MAIL: OutgoingMail = { letters: [], refused: [], acks: [], delivered: [] }

/** Letters that are read at all: more than are taken, so that all that are refused are not told. */
const MOST_LETTERS = 200
/** Ids in one list of them. */
export const MOST_ACKS = 200

/** Whether a file of the outbox is part of the mail. */
export const isMail = ({ path }: Found): boolean => path === 'acks.json' || isLetter(path)

const isLetter = (path: string): boolean => /^messages\/[^/]*\.json$/.test(path)

export function readMail(files: readonly Found[], redact: Redact): OutgoingMail {
  const read = files
    .filter(({ path }) => isLetter(path))
    .slice(0, MOST_LETTERS)
    .map((file) => letterOf(file, redact))
  const acks = files.find(({ path }) => path === 'acks.json')
  const found = acks === undefined ? [] : acksIn(acks, redact)
  return {
    letters: read.flatMap((one) => ('because' in one ? [] : [one])),
    refused: [
      ...read.flatMap((one) => ('because' in one ? [one] : [])),
      ...('because' in found ? [found] : []),
    ],
    acks: 'because' in found ? [] : found,
    delivered: [],
  }
}

function letterOf(file: Found, redact: Redact): Letter | Refusal {
  if ('refused' in file) return refusal(file.path, `It was not read: ${file.refused}.`, redact)
  return readLetter(json(file.text), file.path, redact)
}

/** @param from where it came from: a file of the outbox. */
export function readLetter(value: unknown, from: string, redact: Redact): Letter | Refusal {
  if (value === undefined) return refusal(from, 'It is not valid JSON.', redact)
  const parsed = LetterFile.safeParse(value, { reportInput: true })
  if (!parsed.success) return refusal(from, mistakeIn(parsed.error), redact)
  const { to, reply_to } = parsed.data
  // A mask in a name would make another one of it.
  if (redact(to) !== to) return refusal(from, 'Its receiver looks like a secret.', redact)
  const whole = redact(printable(parsed.data.body)).toWellFormed()
  if (byteLength(whole) > LIMITS.message_bytes)
    return refusal(
      from,
      `Its body has ${byteLength(whole)} bytes; the limit is ${LIMITS.message_bytes}.`,
      redact,
    )
  const key = hash64(JSON.stringify([from, to, whole, reply_to ?? null]))
  return { key, to, body: whole, ...(reply_to === undefined ? {} : { reply_to }) }
}

function mistakeIn({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return 'It cannot be read.'
  const where = issue.path.map(String).join('.')
  if (where === 'to') return 'to: must be the id of a task, or "*", or "human".'
  const [finding] = findingsOf(issue)
  return clip(`${where === '' ? 'It ' : `${where}: `}${finding?.message ?? issue.message}.`, 300)
}

function acksIn(file: Found, redact: Redact): string[] | Refusal {
  if ('refused' in file) return refusal(file.path, `It was not read: ${file.refused}.`, redact)
  const parsed = z.array(z.unknown()).safeParse(json(file.text))
  return parsed.success
    ? acksOf(parsed.data)
    : refusal(file.path, 'It must be a list of ids of messages.', redact)
}

/** What can be the id of a message, each once; of too many, those that were added last. */
export const acksOf = (ids: readonly unknown[]): string[] => [
  ...new Set(ids.slice(-MOST_ACKS).flatMap((id) => MessageId.safeParse(id).data ?? [])),
]

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
