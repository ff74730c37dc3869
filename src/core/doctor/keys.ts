/** The key of the agent, and the secrets that the workflow names. */
import { agentsOf, otherKeyFindings } from './agent-keys.ts'
import { configOf, type Facts, pageOf, repoFlag } from './facts.ts'
import { type Finding, fine } from './finding.ts'
import type { Subject } from './subject.ts'
import { secretsIn } from './workflow.ts'

/** Where a key comes from when it is no input: what the adapter of Claude Code passes on. */
const KEY_VARIABLE = /^(anthropic_|claude_|aws_|cloud_ml_|google_)/i

/** Whether a variable of this name may hold what an agent logs in with. */
export const isKeyVariable = (name: string): boolean => KEY_VARIABLE.test(name)

/** `false` for a loop of other agents, and where nobody knows which agents there are. */
const needsKey = (facts: Facts): boolean => {
  const config = configOf(facts)
  return config !== undefined && agentsOf(config).has('claude')
}

const NO_KEY = {
  id: 'agent-key',
  level: 'error',
  why: 'Claude Code cannot log in, so no attempt can succeed.',
} as const

/** Whether the agent can log in, and whether every secret that is named is there. */
export const keyFindings = (facts: Facts, subject: Subject): Finding[] => [
  ...(facts.run === undefined ? inText(facts, subject) : inRun(facts)),
  ...otherKeyFindings(facts, subject),
]

const setKey = ({ place }: Facts, name = 'ANTHROPIC_API_KEY'): string =>
  `\`gh secret set ${name}${repoFlag(place)}\``

const inRun = (facts: Facts): Finding[] =>
  needsKey(facts) && facts.run?.hasKey === false
    ? [
        {
          ...NO_KEY,
          what: 'The agent is given no key: `anthropic-api-key` and `claude-code-oauth-token` are empty.',
          fix: `${setKey(facts)}, and under \`with:\` of our step \`anthropic-api-key: \${{ secrets.ANTHROPIC_API_KEY }}\``,
        },
      ]
    : []

function inText(facts: Facts, subject: Subject): Finding[] {
  const { ours, text } = subject
  if (ours === undefined) return []
  const given = ours.step === undefined ? ours.job.secrets : ours.with
  const values =
    given === 'inherit'
      ? []
      : ['anthropic-api-key', 'claude-code-oauth-token'].map((name) => given.get(name) ?? '')
  const keys = needsKey(facts) ? secretsIn(values.join('\n')) : []
  const others = secretsFindings(facts, { text, keys })
  if (!needsKey(facts)) return others
  const hasValue = values.some((value) => value !== '') || hasVariable(subject)
  if (!hasValue) return [...others, unnamed(facts, subject)]
  const { secrets } = facts.github
  // Secrets of an environment are not in the list.
  if (secrets.is !== 'known' || keys.length === 0 || ours.job.environment) return others
  if (keys.some((name) => secrets.value.has(name)))
    return [...others, fine('agent-key', 'The secret with the key is there.')]
  const what = `There is no secret ${keys.join(' or ')}.`
  return [...others, { ...NO_KEY, what, fix: setKey(facts, keys[0]) }]
}

const unnamed = (facts: Facts, { ours }: Subject): Finding => ({
  ...NO_KEY,
  what: 'The workflow gives the agent no key.',
  fix: `Write ${ours?.step === undefined ? 'at our job: `secrets:' : 'under our step: `with:'} { anthropic-api-key: '\${{ secrets.ANTHROPIC_API_KEY }}' }\`; then ${setKey(facts)}`,
})

const hasVariable = ({ workflow, ours }: Subject): boolean =>
  ours?.step !== undefined &&
  [workflow.env, ours.job.env, ours.step.env].some((env) => [...env.keys()].some(isKeyVariable))

function secretsFindings(
  { github: { secrets }, place }: Facts,
  { text, keys }: { readonly text: string; readonly keys: readonly string[] },
): Finding[] {
  const used = secretsIn(text)
  if (secrets.is === 'unasked' || used.length === 0) return []
  if (secrets.is === 'unknown')
    return [
      {
        id: 'secrets',
        level: 'unknown',
        what: `Whether the secrets ${used.join(', ')} exist could not be asked: ${secrets.because}`,
        why: 'One that does not exist is empty in the run, without a word.',
        fix: `\`gh secret list${repoFlag(place)}\`, or ${pageOf(place, 'settings/secrets/actions')}`,
      },
    ]
  const missing = used.filter((name) => !secrets.value.has(name) && !keys.includes(name))
  if (missing.length === 0)
    return [
      fine(
        'secrets',
        `The secrets that the workflow names are there: ${used.filter((name) => !keys.includes(name)).join(', ') || 'none but the key'}.`,
      ),
    ]
  return [
    {
      id: 'secrets',
      level: 'warning',
      what: `The workflow names secrets that do not exist: ${missing.join(', ')}.`,
      why: 'They are empty in the run, without a word.',
      fix: missing.map((name) => `\`gh secret set ${name}${repoFlag(place)}\``).join(', '),
    },
  ]
}
