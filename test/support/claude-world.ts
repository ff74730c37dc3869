/** The real loop with the real Claude Code, on a model that does as told. */
import { type AgentWorld, agentWorld, type Driven, type Furnishing } from './agent-world.ts'
import { type Act, messagesApi, use } from './messages-api.ts'

export { type Furnishing, livingIn } from './agent-world.ts'
export type ClaudeWorld = AgentWorld

/** Of no use anywhere but here. */
export const API_KEY = { ANTHROPIC_API_KEY: 'sk-ant-api03-only-for-loopback' }
export const SUBSCRIPTION = { CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-only-for-loopback' }

/** Does the task of every world. */
export const GREET = use('Write', { file_path: 'greeting.txt', content: 'hello\n' })
/** Changes nothing. */
export const LOOK = use('Bash', { command: 'ls', description: 'Look around' })

/** What one answered request costs by the price list of the model that the loop asks for. */
export const USD = 0.0062

const CLAUDE: Driven = {
  agent: 'claude',
  serve: messagesApi,
  key: API_KEY,
  env: (url) => ({ ANTHROPIC_BASE_URL: url }),
  allowed: ['ANTHROPIC_BASE_URL'],
}

/** A loop of one task, `greet`, that wants `hello` in `greeting.txt`. */
export const claudeWorld = (
  acts: readonly [Act, ...Act[]],
  furnishing: Furnishing = {},
): Promise<ClaudeWorld> => agentWorld(CLAUDE, acts, furnishing)
