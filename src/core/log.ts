/** Reads the story back: commit messages of the state branch as entries for `cms log`. */
import { z } from 'zod'
import { oneLine, tailLines } from './text.ts'

/** One event as it was written; fields beyond these are kept. */
const LoggedEvent = z.looseObject({
  type: z.string(),
  at: z.string(),
  task: z.string().optional(),
  /** Of proposals: whose. */
  by: z.string().optional(),
  because: z.string().optional(),
  /** Of a new status. */
  reason: z.string().optional(),
  /** Of mail: sender and receivers. */
  from: z.string().optional(),
  to: z.array(z.string()).optional().catch(undefined),
  /** Its id, or all of it. */
  lesson: z
    .union([z.string(), z.looseObject({ id: z.string() })])
    .optional()
    .catch(undefined),
  failure: z.looseObject({ tail: z.string() }).optional(),
})
export type LoggedEvent = z.infer<typeof LoggedEvent>

export interface LogEntry {
  readonly commit: string
  readonly at: string
  readonly subject: string
  readonly events: readonly LoggedEvent[]
}

export function logEntry(version: {
  readonly tag: string
  readonly at: string
  readonly message: string
}): LogEntry {
  const [subject = '', ...body] = version.message.split('\n')
  return { commit: version.tag, at: version.at, subject, events: body.flatMap(parseEvent) }
}

/** Only what is about one task: its own events, in the commits that have any. */
export function aboutTask(entries: readonly LogEntry[], task: string): LogEntry[] {
  return entries.flatMap((entry) => {
    const events = entry.events.filter((event) => isAbout(event, task))
    return events.length === 0 ? [] : [{ ...entry, events }]
  })
}

const isAbout = ({ type, task, by, from, to }: LoggedEvent, id: string): boolean =>
  task === id ||
  (type === 'tasks_proposed' && by === id) ||
  (type.startsWith('mail_') && (from === id || to?.includes(id) === true))

/** For people: the subject, then why, for each event that has a reason. */
export function logText(entries: readonly LogEntry[]): string {
  return entries
    .map(({ at, commit, subject, events }) => {
      const reasons = events.flatMap((event) => reasonLine(event, subject))
      return [`${at.slice(0, 19).replace('T', ' ')}  ${commit.slice(0, 9)}  ${subject}`, ...reasons].join(
        '\n',
      )
    })
    .join('\n')
}

/** The last lines of what failed: enough to know whether to look further. */
const TAIL_LINES = 4

function reasonLine(event: LoggedEvent, subject: string): string[] {
  const { type, because = event.reason, failure } = event
  const tail = tailLines(failure?.tail ?? '', TAIL_LINES).map(
    (line) => `      | ${oneLine(line).slice(0, 160)}`,
  )
  if (because === undefined || because === '' || isIn(subject, type, because)) return tail
  const whose = whoseIs(event)
  return [`    ${words(type)}${whose === undefined ? '' : ` ${whose}`}: ${oneLine(because)}`, ...tail]
}

const words = (type: string): string => type.replaceAll('_', ' ')

/** A lesson may well be what has failed: it is another thing, and said too. */
const isIn = (subject: string, type: string, because: string): boolean =>
  subject.includes(because.slice(0, 40)) && (!type.startsWith('lesson_') || subject.startsWith(words(type)))

function whoseIs({ type, task, by, lesson }: LoggedEvent): string | undefined {
  if (lesson !== undefined) return typeof lesson === 'string' ? lesson : lesson.id
  return task ?? (type === 'tasks_proposed' ? by : undefined)
}

function parseEvent(line: string): LoggedEvent[] {
  if (!line.startsWith('{')) return []
  try {
    const parsed = LoggedEvent.safeParse(JSON.parse(line))
    return parsed.success ? [parsed.data] : []
  } catch {
    return []
  }
}
