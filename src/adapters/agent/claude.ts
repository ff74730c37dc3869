/** Claude Code, as `claude -p` with one JSON event per line. */
import { withTools } from '../../core/prompt-report.ts'
import type {
  AgentAdapter,
  AgentExit,
  AgentOutcome,
  AgentReader,
  Assignment,
  McpServer,
} from '../../ports/agent.ts'
import { endingOf, type Seen } from './claude-ending.ts'
import { type ClaudeEvent, type CostState, parseEvent, type Result } from './claude-events.ts'
import { noteOf } from './claude-notes.ts'
import { claudeProgram } from './claude-program.ts'
import { lastCost } from './claude-transcript.ts'
import { costOf, NO_COST, UNKNOWN_COST } from './claude-usage.ts'
import { shortened } from './words.ts'

/** Named always: without it, the model depends on how one is logged in. */
const MODEL = 'sonnet'

const TOOLS = 'Write,Edit,Read,Bash,Glob,Grep'
/** Our own tools are all under this name. */
const SERVER = 'cms'

/** The commits are ours, and so are their messages. */
const SETTINGS = { attribution: { commit: '', pr: '' } }

const ENV = {
  // It would retry for minutes, or an hour, what the loop can wait for without a machine.
  CLAUDE_CODE_MAX_RETRIES: '2',
  // They keep the program alive after its result.
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
} as const

const INHERIT = [
  ...['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_CUSTOM_HEADERS'],
  ...['CLAUDE_CODE_OAUTH_TOKEN', 'CLAUDE_CONFIG_DIR'],
  // It tells people to raise them where a gateway holds answers back.
  ...['API_TIMEOUT_MS', 'CLAUDE_STREAM_IDLE_TIMEOUT_MS'],
  ...['ANTHROPIC_MODEL', 'ANTHROPIC_SMALL_FAST_MODEL', 'ANTHROPIC_DEFAULT_OPUS_MODEL'],
  ...['ANTHROPIC_DEFAULT_SONNET_MODEL', 'ANTHROPIC_DEFAULT_HAIKU_MODEL'],
  // Claude on other clouds.
  ...['CLAUDE_CODE_USE_BEDROCK', 'ANTHROPIC_BEDROCK_BASE_URL', 'AWS_BEARER_TOKEN_BEDROCK', 'AWS_REGION'],
  ...['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...[
    'CLAUDE_CODE_USE_VERTEX',
    'ANTHROPIC_VERTEX_PROJECT_ID',
    'ANTHROPIC_VERTEX_BASE_URL',
    'CLOUD_ML_REGION',
  ],
  ...['GOOGLE_APPLICATION_CREDENTIALS', 'CLAUDE_CODE_USE_FOUNDRY', 'ANTHROPIC_FOUNDRY_API_KEY'],
  ...['ANTHROPIC_FOUNDRY_RESOURCE', 'ANTHROPIC_FOUNDRY_BASE_URL'],
] as const

export const claude: AgentAdapter = {
  name: 'claude',
  version: { file: 'claude', args: ['--version'] },
  program: claudeProgram,
  command: (assignment) => ({
    file: 'claude',
    args: argumentsFor(assignment),
    env: { ...ENV, ...(process.getuid?.() === 0 ? { IS_SANDBOX: '1' } : {}) },
    inherit: INHERIT,
    stdin: assignment.mcp === undefined ? assignment.prompt : withTools(assignment.prompt),
  }),
  reader: (assignment) => new ClaudeReader(assignment),
  recall: ({ session }, env) => lastCost(session, env),
}

const argumentsFor = ({ agent, session, usdCap, skills, mcp }: Assignment): readonly string[] => [
  '-p',
  ...['--output-format', 'stream-json', '--verbose'],
  ...['--model', agent.model ?? MODEL],
  ...['--session-id', session],
  ...['--permission-mode', 'dontAsk', '--allowedTools', allowed({ skills, mcp })],
  // Beside the servers of the repository and of the user, not in their place.
  ...(mcp === undefined ? [] : ['--mcp-config', JSON.stringify({ mcpServers: { [SERVER]: serverOf(mcp) } })]),
  // Not a cap but a usage error: 0.
  ...(usdCap > 0 && Number.isFinite(usdCap) ? ['--max-budget-usd', Math.max(usdCap, 0.0001).toFixed(4)] : []),
  ...['--settings', JSON.stringify(SETTINGS)],
  // Loaded as it loads its own, and never put into the user's tree.
  ...(skills === undefined ? [] : ['--plugin-dir', skills]),
  ...agent.args,
]

const allowed = ({ skills, mcp }: Pick<Assignment, 'skills' | 'mcp'>): string =>
  [TOOLS, ...(skills === undefined ? [] : ['Skill']), ...(mcp === undefined ? [] : [`mcp__${SERVER}`])].join()

/** Left alone, it would name the tools to the model and say only when asked what they take. */
const serverOf = (mcp: McpServer) => ({ type: 'stdio', ...mcp, alwaysLoad: true })

/** Remembers the few events that decide, whatever their number. */
class ClaudeReader implements AgentReader {
  readonly #assignment: Assignment
  #output = false
  #result: Result | undefined
  #cost: CostState | undefined
  #failure: Seen['failure']
  #resetsAt: number | undefined
  #model: string | undefined
  #toolCalls = 0
  #lastText = ''

  constructor(assignment: Assignment) {
    this.#assignment = assignment
  }

  line(text: string): ReturnType<AgentReader['line']> {
    this.#output ||= text.trim() !== ''
    const event = parseEvent(text)
    if (event === undefined) return {}
    this.#remember(event)
    const note = noteOf(event, this.#assignment.workdir)
    return { ...(note === undefined ? {} : { note }), finished: event.type === 'result' }
  }

  end(exit: AgentExit): AgentOutcome {
    const ending = endingOf({
      output: this.#output,
      result: this.#result,
      failure: this.#failure,
      resetsAt: this.#resetsAt,
      exit,
    })
    return {
      ...ending,
      text: shortened(this.#result?.result ?? this.#lastText),
      usage: this.#usage(exit),
      ...(ending.end === 'ready' && this.#denied() ? { denied: true } : {}),
    }
  }

  #remember(event: ClaudeEvent): void {
    switch (event.type) {
      case 'result':
        this.#result = event
        break
      case 'cost-state':
        this.#cost = event
        break
      case 'assistant':
        this.#rememberMessage(event)
        break
      case 'rate_limit_event': {
        const { status, resetsAt } = event.rate_limit_info
        this.#resetsAt = status === 'rejected' ? (resetsAt ?? undefined) : undefined
        break
      }
      case 'system':
        if (event.subtype === 'init') this.#model = event.model ?? undefined
    }
  }

  #rememberMessage(event: Extract<ClaudeEvent, { type: 'assistant' }>): void {
    const { content } = event.message
    const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('')
    this.#toolCalls += content.filter((block) => block.type === 'tool_use').length
    if (text !== '') this.#lastText = shortened(text)
    // A failure that was followed by an ordinary message has been overcome.
    const { error } = event
    this.#failure = error
      ? { error, status: event.api_error_status ?? undefined, text: shortened(text) }
      : undefined
  }

  #usage({ ended, ms }: AgentExit): AgentOutcome['usage'] {
    const totals = this.#result ?? this.#cost
    // It prints its first event before its first request: without any, nothing was spent.
    const silent = !this.#output && (ended === 'by_itself' || ended === 'not_started')
    const cost = totals === undefined ? (silent ? NO_COST : UNKNOWN_COST) : costOf(totals)
    const model = cost.model ?? this.#model ?? this.#assignment.agent.model
    return {
      ...cost,
      minutes: ms / 60_000,
      agent: claude.name,
      ...(model === undefined ? {} : { model }),
    }
  }

  /** Every result of a tool makes one turn, so turns tell the calls that were not printed. */
  #denied(): boolean {
    const denials = this.#result?.permission_denials.length ?? 0
    const calls = this.#toolCalls || (this.#result?.num_turns ?? 1) - 1
    return denials > 0 && denials >= calls
  }
}
