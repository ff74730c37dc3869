/** The files that `cms init` writes, as text. They are meant to be read: the comments teach. */
import { loopFileJsonSchema } from './loop-file.ts'
import { WORKFLOW_PATH, type WorkflowChoices, workflowText } from './scaffold-workflow.ts'
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

export interface ScaffoldFile {
  readonly path: string
  readonly text: string
}

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
