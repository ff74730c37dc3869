/** Which program an agent runs as: the one on the PATH, or one that is installed for it. */
import { LoopError } from '../../core/error.ts'
import type { ResolvedAgent } from '../../core/settings.ts'
import type { AgentAdapter, AgentInstaller, AgentWatch } from '../../ports/agent.ts'
import { environment, type Variables } from './environment.ts'
import { run } from './run.ts'

const VERSION_TIMEOUT = 60_000

export interface ProgramRequest {
  readonly adapter: AgentAdapter
  readonly agent: ResolvedAgent
  /** Our environment. */
  readonly from: Variables
  /** Replaces HOME. */
  readonly home?: string | undefined
  readonly installer?: AgentInstaller | undefined
  readonly watch?: AgentWatch | undefined
}

export interface Found {
  /** The absolute path of an installed program; `undefined`: the one on the PATH will do, or the agent needs none. */
  readonly file?: string
  /** What it says its version is. */
  readonly version?: string
}

/** @throws LoopError `agent-missing`, and what the installer throws. */
export async function programFor(request: ProgramRequest): Promise<Found> {
  const { adapter, installer, watch } = request
  const { name, program, version } = adapter
  if (version === undefined) return {}
  const found = await ask(request, version.file)
  const wanted = program && installer?.version
  if ('version' in found && (wanted === undefined || isVersion(found.version, wanted))) return found
  const there = 'absent' in found ? `there is no program ${version.file}` : whyNot(request, found)
  // One that is there but broken is a person's to mend, unless they asked for another.
  const replaceable = 'absent' in found || wanted !== undefined
  if (program === undefined || installer === undefined || !replaceable)
    throw new LoopError('agent-missing', `agent "${name}": ${there}`, hintFor(adapter))
  const file = await installer.install(name, program, watch)
  const installed = await ask(request, file)
  const right = wanted ?? program.version
  if ('version' in installed && isVersion(installed.version, right)) return { file, ...installed }
  const said = 'absent' in installed ? 'it cannot be started' : whyNot(request, installed)
  throw new LoopError(
    'agent-missing',
    `agent "${name}": installed as ${right}, but ${said}`,
    hintFor(adapter),
  )
}

/** What became of asking a program for its version. */
type Answer = { readonly version: string } | { readonly absent: true } | { readonly why: string }

async function ask({ adapter, agent, from, home, watch }: ProgramRequest, file: string): Promise<Answer> {
  const args = adapter.version?.args ?? []
  const env = environment({ from, inherit: agent.env, home })
  const ran = await run(file, { args, env, timeout: VERSION_TIMEOUT, signal: watch?.signal })
  if (ran.code === 0) return { version: ran.stdout.toString('utf8').trim() }
  if (ran.missing) return { absent: true }
  return { why: ran.timedOut ? 'did not answer' : `failed: ${ran.stderr.trim().slice(-500)}` }
}

/** `2.1.330 (Claude Code)`, `codex-cli 0.169.0`, `v1.2.3`. */
const isVersion = (said: string, wanted: string): boolean =>
  said.split(/\s+/).some((word) => word === wanted || word === `v${wanted}`)

function whyNot({ adapter }: ProgramRequest, found: Exclude<Answer, { absent: true }>): string {
  const what = `\`${[adapter.version?.file, ...(adapter.version?.args ?? [])].join(' ')}\``
  return 'why' in found
    ? `${what} ${found.why}`
    : `${what} says ${JSON.stringify(found.version.slice(0, 100))}`
}

const hintFor = ({ program }: AgentAdapter): { hint?: string } =>
  program === undefined
    ? {}
    : {
        hint: `Install it: \`npm install --global ${program.package}@${program.version}\`. Or choose another with \`agent:\` in the loop file.`,
      }
