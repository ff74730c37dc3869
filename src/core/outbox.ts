/** What an agent left in its outbox: untrusted, so validated and bounded before it means anything. */
import { z } from 'zod'
import { LIMITS } from './checkpoint.ts'
import type { Json } from './event.ts'
import type { Redact } from './redact.ts'
import { NO_TOKENS, type Usage } from './usage.ts'

const ReportedUsage = z.looseObject({
  usd: z.number().min(0).max(100_000).optional(),
  input_tokens: z.int().min(0).default(0),
  cache_read_tokens: z.int().min(0).default(0),
  cache_write_tokens: z.int().min(0).default(0),
  output_tokens: z.int().min(0).default(0),
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
  readonly status: 'ready' | 'blocked'
  /** ≤ 1 KB */
  readonly summary: string
  /** ≤ 4 KB as JSON */
  readonly outputs: Readonly<Record<string, Json>>
  readonly because: string
  /** ISO 8601, UTC */
  readonly retryAt: string | undefined
  readonly usage: z.infer<typeof ReportedUsage> | undefined
  /** What was wrong with the outbox; the attempt goes on where it can. */
  readonly problems: readonly string[]
  /** The report itself could not be read: the attempt has failed. */
  readonly broken: string | undefined
}

const EMPTY: AgentReport = {
  status: 'ready',
  summary: '',
  outputs: {},
  because: '',
  retryAt: undefined,
  usage: undefined,
  problems: [],
  broken: undefined,
}

type OutboxFile = { readonly path: string } & ({ readonly text: string } | { readonly refused: string })

/** Reads `report.json`; says of every other file that nothing was done with it yet. */
export function readReport(files: readonly OutboxFile[], redact: Redact): AgentReport {
  const report = files.find(({ path }) => path === 'report.json')
  const others = files.filter((file) => file !== report && 'refused' in file)
  const problems = others.map((file) => `${file.path}: ${'refused' in file ? file.refused : ''}`)
  if (report === undefined) return { ...EMPTY, problems }
  if ('refused' in report)
    return { ...EMPTY, problems, broken: `report.json was not read: ${report.refused}` }
  const parsed = ReportFile.safeParse(json(report.text))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const where =
      issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `
    return {
      ...EMPTY,
      problems,
      broken: `report.json is not as it should be: ${where}${issue?.message ?? 'not JSON'}`,
    }
  }
  return accept(parsed.data, problems, redact)
}

function accept(
  report: z.infer<typeof ReportFile>,
  problems: readonly string[],
  redact: Redact,
): AgentReport {
  const text = JSON.stringify(report.outputs)
  const tooLarge = text.length > LIMITS.outputs_bytes
  const split = report.status === 'split'
  return {
    status: report.status === 'ready' ? 'ready' : 'blocked',
    summary: clip(redact(report.summary), LIMITS.summary_bytes),
    outputs: tooLarge ? {} : redactJson(report.outputs, redact),
    because: clip(
      redact(
        split ? `It asks to split the task, which is not available yet. ${report.because}` : report.because,
      ),
      1_000,
    ),
    retryAt: report.retry_at === undefined ? undefined : new Date(report.retry_at).toISOString(),
    usage: report.usage,
    problems: tooLarge
      ? [...problems, `outputs are ${text.length} bytes; the limit is ${LIMITS.outputs_bytes}`]
      : problems,
    broken: undefined,
  }
}

function redactJson(outputs: Record<string, Json>, redact: Redact): Record<string, Json> {
  const cleaned = json(redact(JSON.stringify(outputs)))
  const parsed = z.record(z.string(), z.json()).safeParse(cleaned)
  return parsed.success ? parsed.data : {}
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

/** At most `bytes` of UTF-8, cut between characters. */
export function clip(text: string, bytes: number): string {
  const encoded = new TextEncoder().encode(text)
  if (encoded.length <= bytes) return text
  const cut = new TextDecoder('utf-8').decode(encoded.subarray(0, bytes - 3)).replace(/\uFFFD+$/, '')
  return `${cut}…`
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
