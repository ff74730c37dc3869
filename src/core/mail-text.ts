/** Mail as people see it: what waits for an answer of theirs, and what to type. */
import type { Checkpoint } from './checkpoint.ts'
import { isSettled, toPeople } from './mail.ts'
import { code, prose } from './markdown.ts'
import type { Message } from './message.ts'
import { loopFlag } from './status.ts'
import { findTask } from './tasks.ts'
import { cut, oneLine } from './text.ts'

/** On one page: whoever wants all of them lists them. */
const SHOWN = 10

/** Of a body on one line in a terminal. */
const LINE = 300

/** The line that answers a message; whose sender is done reads nothing any more. */
export const answerLine = (checkpoint: Checkpoint, { id, from }: Pick<Message, 'id' | 'from'>): string =>
  `cms message ${isHeard(checkpoint, from) ? `--reply ${id} "…"` : `--ack ${id}`}${loopFlag(checkpoint)}`

/** Whether somebody reads an answer. */
export const isHeard = (checkpoint: Checkpoint, from: string): boolean =>
  findTask(checkpoint, from) !== undefined

/** What waits for people, for a page of markdown; nothing where nothing does. */
export function questions(checkpoint: Checkpoint): string[] {
  const all = toPeople(checkpoint)
  if (all.length === 0) return []
  const items = all
    .slice(0, SHOWN)
    .map(
      (one) =>
        `- \`${one.id}\` from \`${one.from}\`: ${prose(one.body)} ${code(answerLine(checkpoint, one))}`,
    )
  const rest = all.length - SHOWN
  const more = rest > 0 ? [`- … and ${rest} more: ${code(`cms message${loopFlag(checkpoint)}`)}`] : []
  return ['**Agents have written to you:**', [...items, ...more].join('\n')]
}

/** The same for a terminal. */
export function questionLines(checkpoint: Checkpoint): string[] {
  const all = toPeople(checkpoint)
  if (all.length === 0) return []
  const lines = all
    .slice(0, SHOWN)
    .map(({ id, from, body }) => `${id} from ${from}: ${cut(oneLine(body), LINE)}`)
  const rest = all.length - SHOWN
  const [first] = all
  return [
    '',
    'Agents have written to you:',
    ...lines,
    ...(rest > 0 ? [`… and ${rest} more: cms message${loopFlag(checkpoint)}`] : []),
    ...(first === undefined
      ? []
      : [
          `${isHeard(checkpoint, first.from) ? 'answer' : 'it is done; take as read'}: ${answerLine(checkpoint, first)}`,
        ]),
  ]
}

/** A message for programs. */
export interface MessageDocument
  extends Pick<Message, 'id' | 'from' | 'to' | 'body' | 'at' | 'reply_to' | 'acknowledged'> {
  /** All have read it who can. */
  readonly settled: boolean
  /** Attempts that got it. */
  readonly deliveries: number
}

export const messageDocument = (checkpoint: Checkpoint, message: Message): MessageDocument => {
  const { id, from, to, body, at, reply_to, acknowledged, deliveries } = message
  return {
    ...{ id, from, to, body, at, acknowledged },
    ...(reply_to === undefined ? {} : { reply_to }),
    settled: isSettled(checkpoint, message),
    deliveries: Object.values(deliveries).reduce((sum, { times }) => sum + times, 0),
  }
}

/** The mailbox for a terminal, oldest first. */
export function mailboxText(checkpoint: Checkpoint): string {
  const { messages } = checkpoint
  if (messages.length === 0) return 'There is no mail.'
  return messages
    .map((message) => {
      const { id, from, to, at, body, reply_to } = message
      const answer = reply_to === undefined ? '' : ` (answers ${reply_to})`
      const how = isSettled(checkpoint, message) ? 'read' : 'waits'
      return `${id}  ${at.slice(0, 16).replace('T', ' ')}  ${from} → ${to}${answer}  ${how}\n    ${cut(oneLine(body), LINE)}`
    })
    .join('\n')
}
