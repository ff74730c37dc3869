/** The keys of the agents beside Claude Code: they come by variables, and have no inputs of their own. */
import { agentFor, type LoopConfig } from '../settings.ts'
import { configOf, type Facts, repoFlag } from './facts.ts'
import type { Finding } from './finding.ts'
import type { Subject } from './subject.ts'

interface AgentKey {
  readonly title: string
  /** The one that people are told to set. */
  readonly variable: string
  /** Variables that it may log in with. */
  readonly accepts: RegExp
  /** Secrets of our workflow with several jobs that become such variables. */
  readonly secrets: readonly string[]
}

const KEYS: ReadonlyMap<string, AgentKey> = new Map<string, AgentKey>([
  [
    'codex',
    {
      title: 'Codex',
      variable: 'CODEX_API_KEY',
      accepts: /^(CODEX_API_KEY|CODEX_ACCESS_TOKEN|CODEX_HOME)$/i,
      secrets: ['codex-api-key'],
    },
  ],
  [
    'gemini',
    {
      title: 'Gemini CLI',
      variable: 'GEMINI_API_KEY',
      accepts: /^(GEMINI_API_KEY|GOOGLE_\w+)$/i,
      secrets: ['gemini-api-key'],
    },
  ],
  [
    'opencode',
    {
      title: 'OpenCode',
      variable: 'OPENAI_API_KEY',
      accepts: /^(\w+_API_KEY|AWS_\w+|OPENCODE_AUTH_CONTENT)$/i,
      secrets: ['openai-api-key', 'gemini-api-key', 'anthropic-api-key'],
    },
  ],
])

/** The agents that any task is for; without tasks, that of the loop. */
export const agentsOf = ({ settings, tasks }: LoopConfig): ReadonlySet<string> =>
  new Set(
    (tasks.length === 0 ? [undefined] : tasks.map(({ agent }) => agent)).map(
      (one) => agentFor(settings, one).use,
    ),
  )

/** What an agent that the loop uses would log in with, and is not given. */
export function otherKeyFindings(facts: Facts, subject: Subject): Finding[] {
  const config = configOf(facts)
  const used = config === undefined ? [] : [...agentsOf(config)]
  return used.flatMap((agent) => {
    const key = KEYS.get(agent)
    return key === undefined || isGiven(facts, subject, key) ? [] : [missing(facts, subject, key)]
  })
}

function isGiven({ run }: Facts, { workflow, ours }: Subject, { accepts, secrets }: AgentKey): boolean {
  if (run !== undefined) return run.keyNames === undefined || run.keyNames.some((name) => accepts.test(name))
  if (ours === undefined) return true
  if (ours.step === undefined) {
    const given = ours.job.secrets
    return given === 'inherit' || secrets.some((name) => (given.get(name) ?? '') !== '')
  }
  return [workflow.env, ours.job.env, ours.step.env].some((env) =>
    [...env].some(([name, value]) => accepts.test(name) && value !== ''),
  )
}

function missing({ place }: Facts, { ours }: Subject, { title, variable, secrets }: AgentKey): Finding {
  const value = `\${{ secrets.${variable} }}`
  const [secret = ''] = secrets
  const where =
    ours?.step === undefined && ours !== undefined
      ? `at our job \`secrets: { ${secret}: '${value}' }\``
      : `at our step \`env: { ${variable}: '${value}' }\``
  return {
    id: 'agent-key',
    level: 'error',
    what: `The workflow gives ${title} no key.`,
    why: `${title} cannot log in, so no attempt can succeed.`,
    fix: `Write ${where}; then \`gh secret set ${variable}${repoFlag(place)}\``,
  }
}
