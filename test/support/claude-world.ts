/** The real loop with the real Claude Code, in a repository of its own, on a model that does as told. */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { AGENTS_BIN, needAgents } from '../../scripts/agents.ts'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { PATH, type Ran, type Repo, repository } from './cli.ts'
import { type Act, type MessagesApi, messagesApi, use } from './messages-api.ts'

needAgents()

export interface ClaudeWorld extends AsyncDisposable {
  readonly repo: Repo
  readonly api: MessagesApi
  /** HOME of the loop and its agents; empty at first. */
  readonly home: string
  /** `cms run`, to its end. */
  run(...args: readonly string[]): Promise<Ran>
  /** `cms run` that gets SIGINT once it prints this. */
  interrupted(at: string): Promise<Ran>
  checkpoint(): Checkpoint
}

export interface Furnishing {
  /** Further lines of the loop file. */
  readonly loop?: readonly string[]
  /** `agent:` without `use`, as YAML: `stall: 2s`. */
  readonly agent?: string
  readonly verify?: string
  readonly env?: Readonly<Record<string, string>>
  /** A folder before all others on PATH. */
  readonly bin?: string
}

/** Of no use anywhere but here. */
export const API_KEY = { ANTHROPIC_API_KEY: 'sk-ant-api03-only-for-loopback' }
export const SUBSCRIPTION = { CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-only-for-loopback' }

/** Does the task of every world. */
export const GREET = use('Write', { file_path: 'greeting.txt', content: 'hello\n' })
/** Changes nothing. */
export const LOOK = use('Bash', { command: 'ls', description: 'Look around' })

/** What one answered request costs by the price list of the model that the loop asks for. */
export const USD = 0.0062

/** A loop of one task, `greet`, that wants `hello` in `greeting.txt`. */
export async function claudeWorld(
  acts: readonly [Act, ...Act[]],
  { loop = [], agent = '', verify = 'grep -qx hello greeting.txt', env = API_KEY, bin }: Furnishing = {},
): Promise<ClaudeWorld> {
  const repo = await repository()
  await repo.loop(
    `agent: { use: claude, env: [ANTHROPIC_BASE_URL], ${agent} }`,
    ...loop,
    'tasks:',
    '  - id: greet',
    '    spec: Write a greeting into greeting.txt.',
    `    verify: [${JSON.stringify(verify)}]`,
  )
  const api = await messagesApi(acts)
  const home = `${repo.path}.person`
  await mkdir(home)
  const path = [...(bin === undefined ? [] : [bin]), AGENTS_BIN, PATH].join(':')
  const surroundings = { ...env, PATH: path, HOME: home, ANTHROPIC_BASE_URL: api.url }
  return {
    repo,
    api,
    home,
    run: (...args) => repo.cms(['run', ...args], { env: surroundings }),
    interrupted: (at) => repo.cms(['run'], { env: surroundings, interruptAt: at }),
    checkpoint: () => Checkpoint.parse(JSON.parse(repo.show('cms/main/state', 'checkpoint.json'))),
    [Symbol.asyncDispose]: () => api.close(),
  }
}

/** Processes that were started with this HOME and still live, by their command lines. */
export const livingIn = (home: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && contentOf(`/proc/${name}/environ`).includes(`HOME=${home}\0`))
    .map((name) => contentOf(`/proc/${name}/cmdline`).replaceAll('\0', ' '))

/** Empty for what is gone or dead, and for what is another user's. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
