/** The agents beside Claude Code, as the tests drive them: how they reach a model on loopback, and what it does there. */
import type { Driven } from './agent-world.ts'
import { geminiApi } from './gemini-api.ts'
import { type Act, fail, messagesApi, use } from './messages-api.ts'
import { responsesApi } from './responses-api.ts'

/** What a test needs to know of an agent. */
export interface Part extends Driven {
  /** A tool call that runs a command of the shell. */
  readonly shell: (command: string) => Act
  /** Tokens and US dollars of one answered request, as the ledger has them. */
  readonly used: {
    readonly usd: number
    readonly tokens: {
      readonly input: number
      readonly cache_read: number
      readonly cache_write: number
      readonly output: number
    }
  }
  readonly wrongKey: Act
  readonly limited: Act
  readonly tooLong: Act
  /** How many requests it makes of a limit before it, or we, give up. */
  readonly patience: number
  /** It tells of a tool call when that begins; else only when it is over. */
  readonly showsTools: boolean
  /** Ended in the middle of its work, it has said or left somewhere what it had used. */
  readonly knowsWhenEnded: boolean
}

const CODEX: Part = {
  agent: 'codex',
  serve: responsesApi,
  key: { CODEX_API_KEY: 'sk-only-for-loopback' },
  env: () => ({}),
  allowed: [],
  // Without the last it would fetch its plug-ins.
  settings: (url) =>
    `model: gpt-5.5, args: [-c, ${JSON.stringify(`openai_base_url="${url}/v1"`)}, -c, features.plugins=false]`,
  shell: (cmd) => use('exec_command', { cmd, yield_time_ms: 30_000 }),
  used: { usd: 0.0145, tokens: { input: 2_100, cache_read: 5_000, cache_write: 0, output: 50 } },
  wrongKey: fail(401, 'invalid_api_key', 'Incorrect API key provided: dummy.'),
  limited: fail(429, 'rate_limit_exceeded', 'Rate limit reached.'),
  tooLong: fail(400, 'context_length_exceeded', 'Your input exceeds the context window of this model.'),
  patience: 1,
  showsTools: true,
  knowsWhenEnded: true,
}

const GEMINI: Part = {
  agent: 'gemini',
  serve: geminiApi,
  key: { GEMINI_API_KEY: 'only-for-loopback' },
  env: (url) => ({ GOOGLE_GEMINI_BASE_URL: url }),
  allowed: [],
  // With an address of its own it takes no key from the environment alone; and it would tell how it is used.
  files: {
    '.gemini/settings.json': JSON.stringify({
      security: { auth: { selectedType: 'gemini-api-key' } },
      privacy: { usageStatisticsEnabled: false },
    }),
  },
  shell: (command) => use('run_shell_command', { command, description: 'Work' }),
  used: { usd: 0.00375, tokens: { input: 2_100, cache_read: 5_000, cache_write: 0, output: 50 } },
  wrongKey: fail(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'),
  limited: fail(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for quota metric.'),
  tooLong: fail(
    400,
    'INVALID_ARGUMENT',
    'The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).',
  ),
  patience: 3,
  showsTools: true,
  knowsWhenEnded: false,
}

const OPENCODE: Part = {
  agent: 'opencode',
  serve: messagesApi,
  key: { ANTHROPIC_API_KEY: 'only-for-loopback' },
  env: (url) => ({
    OPENCODE_CONFIG_CONTENT: JSON.stringify({
      provider: { anthropic: { options: { baseURL: `${url}/v1` } } },
    }),
    // It would install what its plug-ins need.
    npm_config_registry: `${url}/npm/`,
  }),
  allowed: ['npm_config_registry'],
  settings: () => 'model: anthropic/claude-sonnet-4-5',
  shell: (command) => use('bash', { command, description: 'Work' }),
  used: { usd: 0.01005, tokens: { input: 100, cache_read: 5_000, cache_write: 2_000, output: 50 } },
  wrongKey: fail(401, 'authentication_error', 'invalid x-api-key'),
  limited: fail(429, 'rate_limit_error', 'Slow down.', { 'retry-after-ms': '10' }),
  tooLong: fail(400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
  patience: 6,
  showsTools: false,
  knowsWhenEnded: true,
}

/** By the names of the agents. */
export const PARTS: Readonly<Record<'codex' | 'gemini' | 'opencode', Part>> = {
  codex: CODEX,
  gemini: GEMINI,
  opencode: OPENCODE,
}
