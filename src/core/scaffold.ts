/** The files that `cms init` writes, as text. They are meant to be read: the comments teach. */
import { loopFileJsonSchema } from './loop-file.ts'
import { printable } from './text.ts'

export interface ScaffoldChoices {
  readonly loop: string
  /** One of `SCAFFOLD_AGENTS`. */
  readonly agent: string
  /** Empty: an example to replace. */
  readonly goal: string
  readonly setup: readonly string[]
  readonly verify: readonly string[]
  readonly branch: string | undefined
  readonly workflow?: WorkflowChoices
}

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

export interface ScaffoldFile {
  readonly path: string
  readonly text: string
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

/** What editors complete and check a loop file by. */
export const schemaFile = (): ScaffoldFile => ({
  path: '.cms/loop.schema.json',
  text: `${JSON.stringify(loopFileJsonSchema(), null, 2)}\n`,
})

/** Everything `cms init` writes, in the order it is told. */
export const scaffold = (choices: ScaffoldChoices): ScaffoldFile[] => [
  { path: '.cms/loop.yml', text: loopText(choices) },
  schemaFile(),
  { path: WORKFLOW_PATH, text: workflowText(choices.agent, { ...choices.workflow, loop: choices.loop }) },
]

/** Plain where YAML reads it back as the same text, else in double quotes. */
const scalar = (text: string): string =>
  /^[A-Za-z][A-Za-z0-9 _./=+-]*$/.test(text) && !/^(true|false|null|yes|no|on|off)$|\s$/i.test(text)
    ? text
    : JSON.stringify(text)

const list = (items: readonly string[]): string => `[${items.map(scalar).join(', ')}]`

const EXAMPLE_GOAL = 'Say in one sentence what all the tasks together are for'

/** A loop file with two example tasks. */
export const loopText = (choices: ScaffoldChoices): string => {
  const goal = choices.goal === '' ? EXAMPLE_GOAL : choices.goal
  return `${loopHead({ ...choices, goal })}${choices.agent === 'command' ? COMMAND_TASKS : AGENT_TASKS}`
}

/** Text of several lines as it is read; of one line, in one. */
function paragraphs(text: string): string {
  const isPlain = text.includes('\n') && /^\S/.test(text) && printable(text) === text && text.trim() === text
  if (!isPlain) return scalar(text)
  return ['|-', ...text.split('\n').map((line) => (line === '' ? '' : `  ${line}`))].join('\n')
}

/** A loop file up to its first task. */
export function loopHead({ loop, agent, goal, setup, verify, branch }: ScaffoldChoices): string {
  const untested = verify.length === 0 ? '   # nothing found: name the command that tests your project' : ''
  const unready =
    setup.length === 0 && verify.some((command) => command.startsWith('python '))
      ? '   # on a fresh runner: name the commands that install pytest and what it needs'
      : ''
  return `# yaml-language-server: $schema=./loop.schema.json
#
# A loop: tasks that agents work on, one fresh process each, until all are done or the
# budget is spent. \`cms validate\` checks this file, \`cms plan\` shows what would run. There are
# more keys, all with defaults: editors complete them, and the README explains them.

loop: ${loop}
${goal === '' ? '# goal: what all the tasks together are for' : `goal: ${paragraphs(goal)}`}
agent: ${agent}
# base: ${branch ?? 'main'}   # branch the work starts from; default: the current one

# The loop stops when any of these is reached. Without this block: 10 USD, 50 iterations.
budget: { usd: 10, iterations: 50 }

# Prepares a fresh checkout: before the first attempt, and again when a lockfile changed, or
# when git does not ignore what it writes, so that it is cleaned away between two attempts.
setup: ${list(setup)}${unready}

# Must succeed before any task counts as done. The agent does not decide that; these do.
verify: ${list(verify)}${untested}

tasks:
`
}

const AGENT_TASKS = `  - id: describe
    name: Describe the change
    spec: |
      Replace this by what you would tell a colleague: what to do, where to look,
      and how to see that it is right. For example: read the code the goal is about
      and write docs/plan.md with the steps it takes.

  - id: first-step
    name: Take the first step
    needs: [describe]         # starts when these are done
    spec: |
      Do the first step of docs/plan.md, with tests.
    # verify: [npm test -- first]   # commands for this task alone, before those of the loop
`

const COMMAND_TASKS = `  - id: describe
    name: Describe the change
    run: mkdir -p docs && echo "The steps" > docs/plan.md

  - id: first-step
    name: Take the first step
    needs: [describe]         # starts when these are done
    run: echo "The first step is taken" >> docs/plan.md
    verify: [test -s docs/plan.md]   # commands for this task alone, before those of the loop
`

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
