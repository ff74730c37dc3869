/** The workflow that `cms init` writes, as text. It is meant to be read: the comments teach. */

/** How the jobs of a run are cut; the first is what `cms init` writes unless asked. */
export const FORMS = ['one-job', 'walled'] as const
export type Form = (typeof FORMS)[number]

/** Who may read a repository. One that only an organisation may read is `private`. */
export type Visibility = 'public' | 'private'

/** What the workflow depends on beside the agent; all of it has defaults. */
export interface WorkflowChoices {
  /** Default `main`. */
  readonly loop?: string | undefined
  /** Default `one-job`. */
  readonly form?: Form | undefined
  /** Of the repository, where it is known: public ones pay nothing for a watchdog that looks more often. */
  readonly visibility?: Visibility | undefined
  /** Value of `runs-on`, as YAML. Default `ubuntu-latest`. */
  readonly runsOn?: string | undefined
}

/** How an agent gets its key: in a step of ours, and where our workflow with several jobs is called. */
interface AgentKey {
  /** Of the variable and of the secret. */
  readonly name: string
  readonly step: string
  readonly secret: string
}

const byVariable = (name: string, secret: string): AgentKey => ({
  name,
  step: `env: { ${name}: '\${{ secrets.${name} }}' }`,
  secret: `{ ${secret}: '\${{ secrets.${name} }}' }`,
})

const CLAUDE_KEY = "{ anthropic-api-key: '${{ secrets.ANTHROPIC_API_KEY }}' }"

/** `undefined`: it needs none. */
const AGENT_KEYS: ReadonlyMap<string, AgentKey | undefined> = new Map<string, AgentKey | undefined>([
  ['claude', { name: 'ANTHROPIC_API_KEY', step: `with: ${CLAUDE_KEY}`, secret: CLAUDE_KEY }],
  ['codex', byVariable('CODEX_API_KEY', 'codex-api-key')],
  ['gemini', byVariable('GEMINI_API_KEY', 'gemini-api-key')],
  ['opencode', byVariable('OPENAI_API_KEY', 'openai-api-key')],
  ['command', undefined],
])

/** Agents that `cms init` knows how to set up. */
export const SCAFFOLD_AGENTS: readonly string[] = [...AGENT_KEYS.keys()]

/** The secret that holds the key of an agent; `undefined`: it needs none. */
export const secretOf = (agent: string): string | undefined => AGENT_KEYS.get(agent)?.name

/** Where the workflow is written; its file name is what `gh workflow run` takes. */
export const WORKFLOW_PATH = '.github/workflows/cms.yml'

const HOSTED = 'ubuntu-latest'

const WATCHDOG = {
  public: `schedule: [{ cron: '23,53 * * * *' }]         # the watchdog`,
  private: `schedule: [{ cron: '23 */3 * * *' }]          # the watchdog`,
  unknown: `schedule: [{ cron: '23 */3 * * *' }]          # the watchdog; '23,53 * * * *' on public repositories`,
}

const WHAT_FOR: Readonly<Record<Form, string>> = {
  'one-job': 'one job is one iteration, and each asks for the next.',
  walled: 'one run is one iteration. The agent, and the code it wrote, hold no token that may write.',
}

/** What it is for, what to set up first, how to start it. */
const head = (form: Form, agent: string): string => `# For: the loop of .cms/loop.yml; ${WHAT_FOR[form]}
# First: commit .cms/loop.yml to the default branch${secretOf(agent) === undefined ? '' : `, and set the secret ${secretOf(agent)}`}.
# Start: \`cms start\`, or "Run workflow" on the Actions page. The schedule only picks up what is unfinished.`

const EXPLAINED = [
  '# contents: write       saves the checkpoint and the work on branches under cms/',
  '# actions: write        asks for the next run of this workflow',
  '# pull-requests: write  opens the pull request with the finished work',
]

const RIGHTS = '{ contents: write, actions: write, pull-requests: write }'

/** The workflow that carries a loop on GitHub Actions. */
export function workflowText(agent: string, choices: WorkflowChoices = {}): string {
  const { loop = 'main', form = 'one-job', visibility = 'unknown', runsOn = HOSTED } = choices
  return `${head(form, agent)}
name: cms
# The loop finds its own runs by this name: keep it as it is.
run-name: cms \${{ inputs.loop || '${loop}' }} \${{ inputs.lane && format('lane {0} {1}', inputs.lane, inputs.nonce) || 'tick' }}
on:
  workflow_dispatch:
    inputs:
      loop:   { type: string, default: ${loop} }
      lane:   { type: string, default: '' }     # set by the loop itself
      nonce:  { type: string, default: '' }     # set by the loop itself
      resume: { type: boolean, default: false }
      stop:   { type: boolean, default: false }
      fresh:  { type: boolean, default: false }
      message: { type: string, default: '' }    # words of a person to the agents, as JSON
  ${WATCHDOG[visibility]}
# Never holds two different requests: a second run is made harmless by the checkpoint, not by waiting.
concurrency:
  group: cms-\${{ inputs.loop || '${loop}' }}-\${{ inputs.nonce || (github.event_name == 'schedule' && 'tick') || github.run_id }}
  cancel-in-progress: false
${form === 'one-job' ? oneJob(agent, runsOn) : walled(agent, runsOn)}`
}

const OWNER = `For OWNER write the account that publishes the action; and @v0 for @v1 until its version 1.0.`

/** One line of YAML for the key of an agent; none where it needs none. */
function keyLine(agent: string, at: 'step' | 'secret', before: string): string {
  const key = AGENT_KEYS.get(agent)
  return key === undefined ? '' : `${before}${key[at]}\n`
}

const oneJob = (agent: string, runsOn: string): string => `${EXPLAINED.join('\n')}
permissions: ${RIGHTS}
jobs:
  iterate:
    runs-on: ${runsOn}
    timeout-minutes: 120
    steps:
      # The token stays out of .git/config, where the agent could read it.
      - uses: actions/checkout@v7
        with: { persist-credentials: false }
      # Steps that install what your project needs (a language, a database) go here. The agent
      # need not be among them: where it is missing, the action installs it.
      # ${OWNER}
      - uses: OWNER/cms-iterate@v1
${keyLine(agent, 'step', '        ')}`

/** The called workflow takes a label, or several as JSON. */
function labelOf(runsOn: string): string {
  if (runsOn === HOSTED) return ''
  const labels = runsOn.replace(/^\[|\]$/g, '').split(',')
  const text = runsOn.startsWith('[') ? `'${JSON.stringify(labels.map(unquoted))}'` : runsOn
  return `    with: { runs-on: ${text} }\n`
}

const unquoted = (label: string): string => label.trim().replace(/^(['"])(.*)\1$/, '$2')

const walled = (agent: string, runsOn: string): string => `permissions: {}
jobs:
  iterate:
    # The most that any of the jobs may do; two of them have it, and those run no foreign code.
${EXPLAINED.map((line) => `    ${line}\n`).join('')}    permissions: ${RIGHTS}
    # What your project needs (a language, a database) is installed by \`setup\` of the loop file.
    # ${OWNER}
    uses: OWNER/cms-iterate/.github/workflows/loop.yml@v1
${labelOf(runsOn)}${keyLine(agent, 'secret', '    secrets: ')}`
