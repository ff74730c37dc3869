/** Codex, as `codex exec --json`. */
import type { Tokens } from '../../core/usage.ts'
import type {
  AgentAdapter,
  AgentEnd,
  AgentExit,
  AgentNote,
  AgentOutcome,
  AgentReader,
  Assignment,
  Heard,
  Machine,
} from '../../ports/agent.ts'
import { saysOf } from './changed.ts'
import { endingOf } from './codex-ending.ts'
import { CODEX_EVENTS, type CodexEvent, type CodexUsage } from './codex-events.ts'
import { lineOf } from './codex-notes.ts'
import { codexProgram } from './codex-program.ts'
import { rolloutOf } from './codex-rollout.ts'
import { type Cost, computedCost, NO_COST, UNKNOWN_COST } from './cost.ts'
import { JsonEvents } from './json-events.ts'
import { firstLine, shortened } from './words.ts'

const INHERIT = [
  // Only the first is its own; it asks for the others where its settings name them.
  ...['CODEX_API_KEY', 'CODEX_ACCESS_TOKEN', 'OPENAI_API_KEY', 'AZURE_OPENAI_API_KEY'],
  ...['OPENAI_ORGANIZATION', 'OPENAI_PROJECT', 'CODEX_HOME', 'CODEX_SQLITE_HOME', 'CODEX_CA_CERTIFICATE'],
] as const

export const codex: AgentAdapter = {
  name: 'codex',
  version: { file: 'codex', args: ['--version'] },
  program: codexProgram,
  command: (assignment, machine) => ({
    file: 'codex',
    args: argumentsFor(assignment, machine),
    env: {},
    inherit: INHERIT,
    stdin: assignment.prompt,
  }),
  reader: (assignment, machine) => new CodexReader(assignment, machine),
}

const KNOWN = { title: 'Codex', tested: codexProgram.version } as const

/** Settings go by `-c`, so that `agent.args` can still say something else, with `-c` or a flag. */
const argumentsFor = ({ agent, env }: Assignment, machine: Machine | undefined): readonly string[] => [
  ...['exec', '--json', '--skip-git-repo-check'],
  ...set('analytics.enabled', false),
  ...set('check_for_update_on_startup', false),
  ...(machine?.isDisposable === true ? DISPOSABLE : inSandbox(env['CMS_OUTBOX'])),
  ...(agent.model === undefined ? [] : ['-m', agent.model]),
  ...agent.args,
  // The prompt is on standard input.
  '-',
]

/** TOML has JSON's strings, lists and truths. */
const set = (key: string, value: unknown): readonly string[] => ['-c', `${key}=${JSON.stringify(value)}`]

/**
 * Its sandbox needs what runners forbid (user namespaces): each of its commands would fail, and it
 * would end well all the same. Its plug-ins it would fetch anew in each job.
 */
const DISPOSABLE = [...set('sandbox_mode', 'danger-full-access'), ...set('features.plugins', false)]

/** It may write into its workspace, into temporary folders, and tell us of its work. */
const inSandbox = (outbox: string | undefined): readonly string[] => [
  ...set('sandbox_mode', 'workspace-write'),
  ...set('sandbox_workspace_write.network_access', true),
  ...set('sandbox_workspace_write.writable_roots', outbox === undefined ? [] : [outbox]),
]

/** Remembers the few events that decide, whatever their number. */
class CodexReader implements AgentReader {
  readonly #assignment: Assignment
  readonly #says: (what: string) => string
  readonly #events = new JsonEvents(CODEX_EVENTS)
  #thread: string | undefined
  #completed = false
  #failed: string | undefined
  #trouble: string | undefined
  #why: string | number | undefined
  #resetsAt: number | undefined
  #usage: CodexUsage | undefined
  #model: string | undefined
  /** It has said or done something. */
  #hasActed = false
  #text = ''

  constructor(assignment: Assignment, machine: Machine | undefined) {
    this.#assignment = assignment
    this.#says = saysOf(KNOWN, machine)
    this.#model = assignment.agent.model
  }

  line(text: string): Heard {
    const event = this.#events.read(text)
    if (event === undefined) return {}
    this.#remember(event)
    const line = firstLine(lineOf(event).replaceAll(`${this.#assignment.workdir}/`, ''))
    const note: AgentNote | undefined = line === '' ? undefined : { line }
    const finished = event.type === 'turn.completed' || event.type === 'turn.failed'
    return { ...(note === undefined ? {} : { note }), finished }
  }

  async recall(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
    return this.#thread === undefined ? [] : rolloutOf(this.#thread, env)
  }

  end(exit: AgentExit): AgentOutcome {
    const ending = endingOf({
      events: this.#events,
      says: this.#says,
      completed: this.#completed,
      failed: this.#failed,
      trouble: this.#trouble,
      why: this.#why,
      resetsAt: this.#resetsAt,
      text: this.#text,
      exit,
    })
    const usage = { ...this.#cost(exit, ending.end), minutes: exit.ms / 60_000, agent: codex.name }
    return { ...ending, text: this.#text, usage }
  }

  #remember(event: CodexEvent): void {
    switch (event.type) {
      case 'thread.started':
        this.#thread = event.thread_id ?? undefined
        break
      case 'turn.completed':
        this.#completed = true
        this.#usage = event.usage ?? undefined
        break
      case 'turn.failed':
        this.#failed = event.error?.message ?? ''
        break
      case 'error':
        this.#trouble = withoutCount(event.message ?? '')
        break
      case 'item.started':
      case 'item.completed':
        // It goes on: whatever the trouble was, it is over.
        this.#trouble = undefined
        this.#hasActed ||= event.item.type !== 'error'
        if (event.item.type === 'agent_message') this.#text = shortened(event.item.text ?? '')
        break
      case 'turn_context':
        this.#model = event.payload.model ?? this.#model
        break
      case 'token_usage_record':
        this.#usage ??= event.payload.thread_token_usage
        break
      case 'event_msg':
        this.#rememberRecord(event.payload)
    }
  }

  #rememberRecord(record: Extract<CodexEvent, { type: 'event_msg' }>['payload']): void {
    if (record.type === 'task_complete') {
      this.#why = record.error?.codex_error_info ?? undefined
      return
    }
    const { primary, secondary } = record.rate_limits ?? {}
    const resets = [primary, secondary].flatMap((limit) =>
      limit && limit.used_percent >= 100 && limit.resets_at ? [limit.resets_at] : [],
    )
    this.#resetsAt = resets.length === 0 ? undefined : Math.max(...resets)
  }

  #cost({ ended }: AgentExit, end: AgentEnd): Cost {
    if (this.#usage !== undefined) return computedCost(tokensOf(this.#usage), this.#model)
    // It prints its first event before its first request: without any, nothing was spent.
    const silent = !this.#events.printed && (ended === 'by_itself' || ended === 'not_started')
    const model = this.#model === undefined ? {} : { model: this.#model }
    return { ...(silent || this.#refused(end) ? NO_COST : UNKNOWN_COST), ...model }
  }

  /** Its first request was refused, which costs nothing. Of one that broke off nobody knows. */
  #refused(end: AgentEnd): boolean {
    if (this.#failed === undefined || this.#hasActed) return false
    const kind = this.#why !== undefined && this.#why !== 'other'
    return REFUSALS.has(end) || (end === 'unavailable' && kind)
  }
}

const REFUSALS: ReadonlySet<AgentEnd> = new Set([
  ...(['auth_failed', 'billing', 'rate_limited', 'misconfigured', 'context_overflow'] as const),
])

/** What was read from a cache or written to it is part of its input. */
function tokensOf(usage: CodexUsage): Tokens {
  const cached = usage.cached_input_tokens + usage.cache_write_input_tokens
  return {
    input: Math.max(0, usage.input_tokens - cached),
    cache_read: usage.cached_input_tokens,
    cache_write: usage.cache_write_input_tokens,
    output: usage.output_tokens,
  }
}

/** `Reconnecting... 2/5 (why)` is `why`. */
const withoutCount = (message: string): string =>
  /^Reconnecting\.\.\. \d+\/\d+ \((.*)\)$/s.exec(message)?.[1] ?? message
