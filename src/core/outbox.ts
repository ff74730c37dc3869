/** What an agent left in its outbox: untrusted, so validated and bounded before it means anything. */
import { z } from 'zod'
import type { Json } from './event.ts'
import { LESSON_LIMITS, type LessonNote } from './learning/lesson.ts'
import { readNote } from './learning/note.ts'
import { isMail, NO_MAIL, type OutgoingMail, readMail } from './letters.ts'
import { LIMITS } from './limits.ts'
import { NO_OFFER, type Offer, offerOf, readProposal, refusal } from './proposal.ts'
import { type Redact, redactJson } from './secrets/redact.ts'
import { byteLength, clip, oneLine, printable } from './text.ts'
import { MOST_TOKENS, MOST_USD, NO_TOKENS, type Usage } from './usage.ts'

const Count = z.int().min(0).max(MOST_TOKENS).default(0)
const ReportedUsage = z.looseObject({
  usd: z.number().min(0).max(MOST_USD).optional(),
  input_tokens: Count,
  cache_read_tokens: Count,
  cache_write_tokens: Count,
  output_tokens: Count,
})

const ReportFile = z.looseObject({
  status: z.enum(['ready', 'blocked', 'split']).default('ready'),
  summary: z.string().default(''),
  outputs: z.record(z.string(), z.json()).default({}),
  because: z.string().default(''),
  retry_at: z.iso.datetime({ offset: true }).optional(),
  usage: ReportedUsage.optional(),
})

export interface AgentReport {
  /** The most an agent can say is "ready to verify". */
  readonly status: 'ready' | 'blocked' | 'split'
  /** ≤ 1 KB */
  readonly summary: string
  /** ≤ 4 KB as JSON */
  readonly outputs: Readonly<Record<string, Json>>
  readonly because: string
  /** ISO 8601, UTC */
  readonly retryAt: string | undefined
  readonly usage: z.infer<typeof ReportedUsage> | undefined
  /** Tasks that it proposes. */
  readonly proposals: Offer
  readonly mail: OutgoingMail
  /** What it wants others to know. */
  readonly notes: readonly LessonNote[]
  /** What was wrong with the outbox; the attempt goes on where it can. */
  readonly problems: readonly string[]
  /** The report itself could not be read: the attempt has failed. */
  readonly broken: string | undefined
}

/** Of an agent that has said nothing. */
export const NO_REPORT: AgentReport = {
  status: 'ready',
  summary: '',
  outputs: {},
  because: '',
  retryAt: undefined,
  usage: undefined,
  proposals: NO_OFFER,
  mail: NO_MAIL,
  notes: [],
  problems: [],
  broken: undefined,
}

/** One file of the outbox as found: either its text, or why it was not read. */
export type OutboxFile =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly refused: string }

/** Reads `report.json`, `tasks/*.json`, `lessons/*.json` and the mail; says of every other file that was refused why. */
export function readReport(files: readonly OutboxFile[], redact: Redact): AgentReport {
  const proposals = offerOf(files.filter(isProposal).map((file) => proposalOf(file, redact)))
  const report = files.find(({ path }) => path === 'report.json')
  const { notes, refused } = notesOf(files.filter(isNote), redact)
  const mail = readMail(files, redact)
  const isOther = (file: OutboxFile) => file !== report && !isProposal(file) && !isNote(file) && !isMail(file)
  const others = files.filter((file) => isOther(file) && 'refused' in file)
  const problems = [
    ...others.map((file) => `${file.path}: ${'refused' in file ? file.refused : ''}`),
    ...refused,
  ]
  const none = { ...NO_REPORT, proposals, notes, mail, problems }
  if (report === undefined) return none
  if ('refused' in report) return { ...none, broken: `report.json was not read: ${report.refused}` }
  const content = json(report.text)
  if (content === undefined)
    return { ...none, broken: 'report.json is not as it should be: it is not valid JSON.' }
  const parsed = ReportFile.safeParse(content)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const where =
      issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `
    return {
      ...none,
      // Whatever else is wrong with it: money that was spent is spent.
      usage: spentIn(content),
      broken: `report.json is not as it should be: ${where}${issue?.message ?? 'unknown'}`,
    }
  }
  return { ...accept(parsed.data, problems, redact), proposals, notes, mail }
}

const isNote = ({ path }: OutboxFile): boolean => /^lessons\/[^/]*\.json$/.test(path)

/** As many as one attempt may leave; why others are not taken, a line each. */
function notesOf(
  files: readonly OutboxFile[],
  redact: Redact,
): { readonly notes: LessonNote[]; readonly refused: string[] } {
  const notes: LessonNote[] = []
  const refused: string[] = []
  for (const file of files) {
    const note = 'refused' in file ? file : readNote(json(file.text), redact)
    if ('refused' in note) refused.push(`${file.path}: ${note.refused}`)
    else if (notes.length < LESSON_LIMITS.notes) notes.push(note)
    else refused.push(`${file.path}: an attempt may leave ${LESSON_LIMITS.notes} lessons`)
  }
  return { notes, refused }
}

const isProposal = ({ path }: OutboxFile): boolean => /^tasks\/[^/]*\.json$/.test(path)

function proposalOf(file: OutboxFile, redact: Redact) {
  if ('refused' in file) return refusal(file.path, `It was not read: ${file.refused}.`, redact)
  const content = json(file.text)
  return content === undefined
    ? refusal(file.path, 'It is not valid JSON.', redact)
    : readProposal(content, file.path, redact)
}

/** What can be read of the usage in a report that is otherwise not as it should be. */
function spentIn(content: unknown): AgentReport['usage'] {
  const part = z.looseObject({ usage: z.record(z.string(), z.unknown()) }).safeParse(content)
  if (!part.success) return undefined
  const { usage } = part.data
  const whole = ReportedUsage.safeParse(usage)
  if (whole.success) return whole.data
  const money = ReportedUsage.safeParse({ usd: usage['usd'] })
  return money.success && money.data.usd !== undefined ? money.data : undefined
}

function accept(
  report: z.infer<typeof ReportFile>,
  problems: readonly string[],
  redact: Redact,
): Omit<AgentReport, 'proposals' | 'notes' | 'mail'> {
  const size = byteLength(JSON.stringify(report.outputs))
  const tooLarge = size > LIMITS.outputs_bytes
  return {
    status: report.status,
    summary: clip(redact(printable(report.summary)), LIMITS.summary_bytes),
    outputs: tooLarge ? {} : redactJson(report.outputs, redact),
    because: clip(redact(oneLine(report.because)), LIMITS.because_bytes),
    retryAt: report.retry_at === undefined ? undefined : new Date(report.retry_at).toISOString(),
    usage: report.usage,
    problems: tooLarge
      ? [...problems, `outputs are ${size} bytes; the limit is ${LIMITS.outputs_bytes}`]
      : problems,
    broken: undefined,
  }
}

/** An agent's own account of what it used, where its adapter saw none. */
export function reportedUsage(seen: Usage, report: AgentReport): Usage {
  const { usage } = report
  if (usage === undefined || (seen.basis !== 'unknown' && (seen.usd ?? 0) > 0)) return seen
  const tokens = {
    ...NO_TOKENS,
    input: usage.input_tokens,
    cache_read: usage.cache_read_tokens,
    cache_write: usage.cache_write_tokens,
    output: usage.output_tokens,
  }
  return { ...seen, tokens, usd: usage.usd ?? null, basis: usage.usd === undefined ? 'unknown' : 'reported' }
}

/** Nothing also for what is nested deeper than whoever reads it later could follow. */
function json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isShallow(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Of lists and objects in each other; a checkpoint adds four. */
const DEEPEST = 32

/** Not nested deeper than can be kept. Level by level, so that no depth can overflow the stack. */
export function isShallow(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; depth < DEEPEST; depth++) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
    if (level.length === 0) return true
  }
  return false
}
