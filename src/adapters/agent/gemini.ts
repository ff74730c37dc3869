/** Gemini CLI, with one JSON event per line. */
import type { Tokens } from '../../core/usage.ts'
import type {
  AgentAdapter,
  AgentExit,
  AgentOutcome,
  AgentReader,
  Assignment,
  Heard,
  Machine,
} from '../../ports/agent.ts'
import { saysOf } from './changed.ts'
import { add, type Cost, computedCost, NO_COST, UNKNOWN_COST } from './cost.ts'
import { endingOf } from './gemini-ending.ts'
import {
  GEMINI_EVENTS,
  type GeminiEvent,
  quotedIn,
  type Result,
  type ServiceError,
  type Stats,
} from './gemini-events.ts'
import { geminiProgram } from './gemini-program.ts'
import { JsonEvents } from './json-events.ts'
import { telling } from './telling.ts'
import { firstLine, KEPT, shortened } from './words.ts'

const INHERIT = [
  ...['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GEMINI_BASE_URL', 'GEMINI_MODEL', 'GEMINI_CLI_HOME'],
  ...['GOOGLE_GENAI_USE_VERTEXAI', 'GOOGLE_GENAI_USE_GCA', 'GOOGLE_CLOUD_PROJECT', 'GOOGLE_CLOUD_LOCATION'],
  ...['GOOGLE_APPLICATION_CREDENTIALS', 'GEMINI_CLI_SYSTEM_SETTINGS_PATH', 'GEMINI_CLI_CUSTOM_HEADERS'],
] as const

/** Named always: without it, further requests decide which model it shall be. */
const MODEL = 'gemini-2.5-pro'

export const gemini: AgentAdapter = {
  name: 'gemini',
  version: { file: 'gemini', args: ['--version'] },
  program: geminiProgram,
  command: ({ agent, prompt }) => ({
    file: 'gemini',
    // Without `--prompt` it takes standard input as the whole prompt; an argument may be 128 KiB at most.
    args: [
      ...['--output-format', 'stream-json'],
      ...['--approval-mode', 'yolo', '--skip-trust'],
      ...['--model', agent.model ?? MODEL],
      ...agent.args,
    ],
    env: {},
    inherit: INHERIT,
    stdin: prompt,
  }),
  reader: (assignment, machine) => new GeminiReader(assignment, machine),
}

const KNOWN = { title: 'Gemini CLI', tested: geminiProgram.version } as const

/** It would ask ten times, for minutes, what the loop can wait for without a machine. */
const MOST_REFUSALS = 3

/** Of a line on standard error, characters: what matters stands at its beginning. */
const LOOKED_AT = 4_096

/** Its own words on standard error, where it says what it says nowhere else. */
const REFUSED = /^Attempt (\d+) failed(?: with status (\d{3}))?\. Retrying with backoff\.\.\. (?:\w+: )?(.*)/
const GAVE_UP = /^Error when talking to Gemini API .* ([A-Za-z]+Error): /

/** Remembers the few events that decide, whatever their number. */
class GeminiReader implements AgentReader {
  readonly #assignment: Assignment
  readonly #says: (what: string) => string
  readonly #events = new JsonEvents(GEMINI_EVENTS)
  #result: Result | undefined
  #model: string
  #text = ''
  #refused: ServiceError | undefined
  /** The refusal after which we did not want to wait any longer. */
  #tooMany: ServiceError | undefined
  #errorClass: string | undefined
  /** It has said or done something. */
  #hasActed = false

  constructor(assignment: Assignment, machine: Machine | undefined) {
    this.#assignment = assignment
    this.#says = saysOf(KNOWN, machine)
    this.#model = assignment.agent.model ?? MODEL
  }

  line(text: string): Heard {
    const event = this.#events.read(text)
    if (event === undefined) return {}
    this.#remember(event)
    const line = firstLine(lineOf(event).replaceAll(`${this.#assignment.workdir}/`, ''))
    return { ...(line === '' ? {} : { note: { line } }), finished: event.type === 'result' }
  }

  complaint(text: string): Heard {
    const line = text.slice(0, LOOKED_AT)
    const [, count, status, said = ''] = REFUSED.exec(line) ?? []
    if (count === undefined) {
      this.#errorClass = GAVE_UP.exec(line)?.[1] ?? this.#errorClass
      return {}
    }
    const { message, reasons } = quotedIn(text) ?? { message: said, reasons: [] }
    this.#refused = { code: status === undefined ? undefined : Number(status), message, reasons }
    if (Number(count) >= MOST_REFUSALS) this.#tooMany = this.#refused
    const note = {
      line: firstLine(`request failed (${status ?? 'no answer'}); attempt ${count}: ${message}`),
    }
    return { note, finished: this.#tooMany !== undefined }
  }

  end(exit: AgentExit): AgentOutcome {
    const ending = endingOf({
      events: this.#events,
      says: this.#says,
      result: this.#result,
      errorClass: this.#errorClass,
      refused: exit.ended === 'after_result' ? this.#tooMany : this.#refused,
      text: this.#text,
      exit,
    })
    const usage = { ...this.#cost(exit), minutes: exit.ms / 60_000, agent: gemini.name }
    return { ...ending, text: this.#text, usage }
  }

  #remember(event: GeminiEvent): void {
    if (event.type !== 'init') this.#refused = undefined
    switch (event.type) {
      case 'init':
        this.#model = event.model ?? this.#model
        break
      case 'message':
        if (event.role !== 'assistant') break
        this.#hasActed = true
        this.#text = shortened(`${this.#text}${event.content ?? ''}`, KEPT)
        break
      case 'tool_use':
        // What it says after it is another message.
        this.#hasActed = true
        this.#text = ''
        break
      case 'result':
        this.#result = event
        break
      case 'tool_result':
    }
  }

  #cost({ ended }: AgentExit): Cost {
    const stats = this.#result?.stats
    // It prints its first event before its first request: without any, nothing was spent.
    const silent = !this.#events.printed && (ended === 'by_itself' || ended === 'not_started')
    // Of a stream that broke off it counts nothing; what it had said was not free.
    const broken = this.#result?.status !== 'success' && stats?.total_tokens === 0 && this.#text !== ''
    // A first request that was refused costs nothing.
    const refused = this.#tooMany !== undefined && !this.#hasActed
    if (!stats || broken) return { ...(silent || refused ? NO_COST : UNKNOWN_COST), model: this.#model }
    const models = Object.entries(stats.models)
    if (models.length === 0) return computedCost(tokensOf(stats), this.#model)
    return models.map(([model, used]) => computedCost(tokensOf(used), model)).reduce(together)
  }
}

/** Cached input is part of the input; what it thought is billed as output, and only in the total. */
const tokensOf = ({
  total_tokens: total,
  input_tokens: input,
  output_tokens: output,
  cached,
}: Stats): Tokens => ({
  input: Math.max(0, input - cached),
  cache_read: cached,
  cache_write: 0,
  output: Math.max(output, total - input),
})

/** Of two models that it asked: the dearer one gives the name; one without a price leaves the sum without one. */
function together(a: Cost, b: Cost): Cost {
  const tokens = add(a.tokens, b.tokens)
  const model = ((b.usd ?? 0) > (a.usd ?? 0) ? b.model : a.model) ?? ''
  return a.usd === null || b.usd === null
    ? { usd: null, basis: 'unknown', tokens, model }
    : { usd: a.usd + b.usd, basis: 'computed', tokens, model }
}

function lineOf(event: GeminiEvent): string {
  switch (event.type) {
    case 'init':
      return `model ${event.model ?? 'unknown'}`
    case 'message':
      return event.role === 'assistant' ? (event.content ?? '') : ''
    case 'tool_use':
      return `${event.tool_name ?? 'tool'} ${telling(event.parameters)}`.trimEnd()
    case 'result':
      return event.status === 'success' ? 'finished' : `ended: ${event.error?.message ?? 'error'}`
    case 'tool_result':
      return ''
  }
}
