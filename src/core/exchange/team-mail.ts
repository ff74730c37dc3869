/**
 * Messages in the inboxes of a team that nobody has read: each goes to the end of the spec of the task of whom
 * it is for, as a quotation. Notices by which the members of a team keep in step mean nothing here.
 */
import { z } from 'zod'
import { LIMITS } from '../limits.ts'
import { isRecord } from '../task-mistakes.ts'
import { byteLength, oneLine, printable } from '../text.ts'
import type { FoundTask, Remark } from './found.ts'
import { parsedJson } from './json.ts'
import { listOf, own } from './loose.ts'
import { quoted } from './wording.ts'

/** A file of a team: its text, or why it was not read. */
export type TeamFile =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly refused: string }

/** What a file says; nothing, and a remark, where it cannot be read. */
export function jsonIn(file: TeamFile, remarks: Remark[]): unknown {
  const parsed = 'refused' in file ? { because: file.refused } : parsedJson(file.text)
  if ('value' in parsed) return parsed.value
  remarks.push({ at: file.path, text: `It was left out: ${parsed.because}.` })
  return undefined
}

const Message = z.object({
  from: z.string().catch('somebody'),
  text: z.string(),
  timestamp: z.string().catch(''),
  read: z.boolean().catch(false),
})
type Message = z.infer<typeof Message>

/** Of one message, with what is around it. */
const MOST = 5_000
const LEAST = 300

/** Of one inbox, the newest. */
const MOST_MESSAGES = 1_000

/** The inbox of a task that nobody has: `task-<id>`. */
export const inboxOf = (task: string): string => `task-${task}`

/** The same tasks, with what was written to those who have them. */
export function delivered(
  tasks: readonly FoundTask[],
  inboxes: Readonly<Record<string, TeamFile>>,
  remarks: Remark[],
): FoundTask[] {
  const added = new Map<FoundTask, string[]>()
  for (const [name, file] of Object.entries(inboxes)) {
    const unread = messagesIn(file, remarks)
    const task = unread.length === 0 ? undefined : taskFor(tasks, name)
    if (task !== undefined)
      added.set(task, [...(added.get(task) ?? []), ...unread.map((one) => printed(one, file, remarks))])
    else if (unread.length > 0)
      remarks.push({
        at: file.path,
        text: `${unread.length} unread for ${oneLine(name)}, who has no open task: left out.`,
      })
  }
  return tasks.map((task) => withMessages(task, added.get(task) ?? [], remarks))
}

function messagesIn(file: TeamFile, remarks: Remark[]): Message[] {
  const all = listOf(jsonIn(file, remarks))
  const first = Math.max(0, all.length - MOST_MESSAGES)
  if (first > 0)
    remarks.push({ at: file.path, text: `Its first ${first} messages were left out: there are too many.` })
  return all.slice(first).flatMap((raw, n) => {
    const index = first + n
    const message = Message.safeParse(raw).data
    if (message === undefined)
      remarks.push({ at: `${file.path}[${index}]`, text: 'It is no message: it was left out.' })
    return message === undefined || message.read || isNotice(message.text) || message.text.trim() === ''
      ? []
      : [message]
  })
}

/** `{ "type": "idle_notification", … }` */
function isNotice(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false
  const parsed = parsedJson(text)
  return 'value' in parsed && isRecord(parsed.value) && typeof own(parsed.value, 'type') === 'string'
}

/** What somebody is working on, else what is the first to be done. */
function taskFor(tasks: readonly FoundTask[], name: string): FoundTask | undefined {
  const theirs = tasks.filter(({ owner, wish, key }) => owner === name || inboxOf(wish ?? key) === name)
  return theirs.find(({ state }) => state.at === 'begun') ?? theirs.find(({ state }) => state.at === 'open')
}

function printed({ from, text, timestamp }: Message, { path }: TeamFile, remarks: Remark[]): string {
  const when = oneLine(timestamp).slice(0, 40)
  const who = oneLine(from).slice(0, 60)
  const shown = quoted(text, MOST)
  if (!shown.includes(printable(text).trimEnd()))
    remarks.push({ at: path, text: `A message of ${who} is too long: its end was left out.` })
  return `Message from ${who}${when === '' ? '' : `, ${when}`}:\n\n${shown}`
}

function withMessages(task: FoundTask, messages: readonly string[], remarks: Remark[]): FoundTask {
  let { spec } = task
  for (const message of messages) {
    const longer = spec === '' ? message : `${spec}\n\n${message}`
    if (byteLength(longer) <= LIMITS.spec_bytes - LEAST) spec = longer
    else remarks.push({ at: task.at, text: 'There is no room in its spec for a message: it was left out.' })
  }
  return messages.length === 0 ? task : { ...task, spec }
}
