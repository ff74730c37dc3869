/** OpenCode, as `opencode run` with one JSON event per line. */
import { NO_TOKENS, type Tokens } from '../../core/usage.ts'
import type {
  AgentAdapter,
  AgentExit,
  AgentNote,
  AgentOutcome,
  AgentReader,
  Assignment,
  Heard,
  Machine,
} from '../../ports/agent.ts'
import { saysOf } from './changed.ts'
import { add, type Cost, NO_COST, UNKNOWN_COST } from './cost.ts'
import { JsonEvents } from './json-events.ts'
import { endingOf } from './opencode-ending.ts'
import { type Failure, OPENCODE_EVENTS, type OpencodeEvent, type StepTokens } from './opencode-events.ts'
import { opencodeProgram } from './opencode-program.ts'
import { telling } from './telling.ts'
import { firstLine, shortened } from './words.ts'

const INHERIT = [
  ...['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
  ...['OPENROUTER_API_KEY', 'OPENCODE_API_KEY', 'GROQ_API_KEY', 'MISTRAL_API_KEY', 'DEEPSEEK_API_KEY'],
  ...['XAI_API_KEY', 'AZURE_API_KEY', 'AZURE_RESOURCE_NAME', 'AWS_BEARER_TOKEN_BEDROCK', 'AWS_REGION'],
  ...['OPENCODE_AUTH_CONTENT', 'OPENCODE_CONFIG', 'OPENCODE_CONFIG_CONTENT', 'OPENCODE_CONFIG_DIR'],
] as const

const ENV = {
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  // It has a list of models and prices in itself.
  OPENCODE_DISABLE_MODELS_FETCH: '1',
} as const

export const opencode: AgentAdapter = {
  name: 'opencode',
  version: { file: 'opencode', args: ['--version'] },
  program: opencodeProgram,
  command: ({ agent, task, prompt }) => ({
    file: 'opencode',
    args: [
      ...['run', '--format', 'json', '--auto'],
      // While a service refuses, only its log says so.
      ...['--print-logs', '--log-level', 'ERROR'],
      // Without one, another model is asked for it, and nobody counts that.
      ...['--title', task],
      ...(agent.model === undefined ? [] : ['--model', agent.model]),
      ...agent.args,
    ],
    env: ENV,
    inherit: INHERIT,
    stdin: prompt,
  }),
  reader: (assignment, machine) => new OpencodeReader(assignment, machine),
}

const KNOWN = { title: 'OpenCode', tested: opencodeProgram.version } as const

/** Of a line of its log, characters: what matters stands at its beginning. */
const LOOKED_AT = 4_096

/** A line of its log: a request that failed, and what was said of it. */
const REFUSED = / level=ERROR .*message="stream error" .*error\.error="((?:[^"\\]|\\.)*)"/

/** Remembers the few events that decide, whatever their number. */
class OpencodeReader implements AgentReader {
  readonly #assignment: Assignment
  readonly #says: (what: string) => string
  readonly #events = new JsonEvents(OPENCODE_EVENTS)
  #failure: Failure['error'] | undefined
  #recovered = false
  #reason: string | null | undefined
  #refusal: string | undefined
  #text = ''
  #tokens: Tokens = NO_TOKENS
  /** US dollars; `undefined` once a step did not say what it cost. */
  #usd: number | undefined = 0
  /** Steps that began, and those that are over. */
  #begun = 0
  #over = 0

  constructor(assignment: Assignment, machine: Machine | undefined) {
    this.#assignment = assignment
    this.#says = saysOf(KNOWN, machine)
  }

  line(text: string): Heard {
    const event = this.#events.read(text)
    if (event === undefined) return {}
    this.#remember(event)
    const line = firstLine(lineOf(event).replaceAll(`${this.#assignment.workdir}/`, ''))
    if (line === '') return {}
    const usd = event.type === 'step_finish' ? this.#usd : undefined
    const note: AgentNote = usd === undefined ? { line } : { line, usd }
    return { note }
  }

  complaint(text: string): Heard {
    const [, said] = REFUSED.exec(text.slice(0, LOOKED_AT)) ?? []
    if (said === undefined) return {}
    this.#refusal = firstLine(said)
    return { note: { line: firstLine(`request failed: ${said}`) } }
  }

  end(exit: AgentExit): AgentOutcome {
    const ending = endingOf({
      events: this.#events,
      says: this.#says,
      failure: this.#failure,
      recovered: this.#recovered,
      reason: this.#reason,
      refusal: this.#refusal,
      text: this.#text,
      exit,
    })
    const { model } = this.#assignment.agent
    const usage = {
      ...this.#cost(exit),
      minutes: exit.ms / 60_000,
      agent: opencode.name,
      ...(model === undefined ? {} : { model }),
    }
    return { ...ending, text: this.#text, usage }
  }

  #remember(event: OpencodeEvent): void {
    if (event.type === 'error') {
      this.#failure = event.error
      return
    }
    // It goes on: whatever the trouble was, it is over.
    this.#refusal = undefined
    this.#recovered ||= this.#failure !== undefined
    this.#failure = undefined
    switch (event.type) {
      case 'step_start':
        this.#reason = undefined
        this.#begun += 1
        break
      case 'text':
        this.#text = shortened(event.part.text ?? '')
        break
      case 'step_finish':
        this.#finishStep(event.part)
        break
      case 'tool_use':
    }
  }

  #finishStep({ reason, tokens, cost }: Extract<OpencodeEvent, { type: 'step_finish' }>['part']): void {
    this.#reason = reason ?? null
    this.#over += 1
    const used = tokensOf(tokens ?? undefined)
    this.#tokens = add(this.#tokens, used)
    // Without a price for the model it says 0.
    const isFree = cost === 0 && used.input + used.output > 0
    this.#usd = this.#usd === undefined || typeof cost !== 'number' || isFree ? undefined : this.#usd + cost
  }

  /** A request that was refused uses nothing; one that was broken off uses what nobody counts. */
  #cost({ ended }: AgentExit): Cost {
    if (this.#over > 0)
      return this.#usd === undefined
        ? { ...UNKNOWN_COST, tokens: this.#tokens }
        : { usd: this.#usd, basis: 'reported', tokens: this.#tokens }
    const refused = (this.#failure ?? this.#refusal) !== undefined && this.#begun === 0
    const silent = !this.#events.printed && (ended === 'by_itself' || ended === 'not_started')
    return refused || silent ? NO_COST : UNKNOWN_COST
  }
}

const tokensOf = (tokens: StepTokens | undefined): Tokens => ({
  input: tokens?.input ?? 0,
  cache_read: tokens?.cache.read ?? 0,
  cache_write: tokens?.cache.write ?? 0,
  output: (tokens?.output ?? 0) + (tokens?.reasoning ?? 0),
})

function lineOf(event: OpencodeEvent): string {
  switch (event.type) {
    case 'text':
      return event.part.text ?? ''
    case 'tool_use':
      return `${event.part.tool ?? 'tool'} ${telling(event.part.state?.input ?? {})}`.trimEnd()
    case 'step_finish':
      return event.part.reason === 'tool-calls' ? '' : `step finished: ${event.part.reason ?? 'no reason'}`
    case 'error':
      return `failed: ${event.error.data?.message ?? event.error.name}`
    case 'step_start':
      return ''
  }
}
