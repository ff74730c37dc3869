/** `cms init`: looks at the project, asks what it cannot see, writes what is not there yet. */
import { LoopError } from '../core/error.ts'
import { loopIdOf } from '../core/ids.ts'
import { LIMITS } from '../core/limits.ts'
import { type ScaffoldChoices, scaffold } from '../core/scaffold.ts'
import {
  FORMS,
  type Form,
  SCAFFOLD_AGENTS,
  secretOf,
  type Visibility,
  WORKFLOW_PATH,
} from '../core/scaffold-workflow.ts'
import { byteLength } from '../core/text.ts'
import type { Ask, Project } from '../ports/project.ts'
import { guessCommands, guessRunner } from './guess.ts'

/** What the caller already knows; `yes` takes the defaults for the rest. */
export interface InitFlags {
  readonly yes?: boolean | undefined
  /** Default `main`. */
  readonly loop?: string | undefined
  readonly agent?: string | undefined
  readonly goal?: string | undefined
  /** The command that tests the project; empty for none. */
  readonly tests?: string | undefined
  /** Of the workflow: `one-job` or `walled`. */
  readonly form?: string | undefined
}

/** What is known of the repository beside its files. */
export interface Standing {
  readonly hasCommits: boolean
  readonly hasRemote: boolean
  readonly visibility: Visibility | undefined
  /** The root of the repository, as a word for a shell, where the person is elsewhere: the commands are for there. */
  readonly elsewhere?: string | undefined
}

const USUAL: Standing = { hasCommits: true, hasRemote: true, visibility: undefined }

export type Initialised =
  | { readonly is: 'cancelled' }
  | {
      readonly is: 'ready'
      readonly written: readonly string[]
      /** Were there before, and were left alone. */
      readonly existing: readonly string[]
      readonly agent: string
      readonly form: Form
      /** Whether the workflow still has OWNER where the account belongs. */
      readonly lacksOwner: boolean
    }

export interface InitTools {
  readonly project: Project
  /** Without it nothing is asked. */
  readonly ask?: Ask | undefined
  /** Default: a repository like most, of which nobody knows who may read it. */
  readonly standing?: Standing
}

/**
 * Never overwrites a file, and writes nothing when the person gives up half-way.
 *
 * @throws LoopError `agent-unknown`, `bad-input`.
 */
export async function init(flags: InitFlags, tools: InitTools): Promise<Initialised> {
  const { project, ask, standing = USUAL } = tools
  const loop = loopIdOf(flags.loop ?? 'main')
  const facts = await project.facts()
  const guess = guessCommands(facts)
  const answers = await answer(flags, guess.verify[0] ?? '', flags.yes === true ? undefined : ask)
  if (!answers) return { is: 'cancelled' }
  const { agent, goal, tests, form } = checked(answers)
  const verify = tests === '' ? [] : [tests]
  const workflow = { form, visibility: standing.visibility, runsOn: guessRunner(facts) }
  const { branch } = facts
  const choices: ScaffoldChoices = { loop, agent, goal, setup: guess.setup, verify, branch, workflow }
  const written: string[] = []
  const existing: string[] = []
  for (const { path, text } of scaffold(choices)) {
    const outcome = await project.create(path, text)
    const told = outcome === 'written' ? written : existing
    told.push(path)
  }
  const lacksOwner = written.includes(WORKFLOW_PATH) || /uses: OWNER\//.test(facts.ours)
  return { is: 'ready', written, existing, agent, form, lacksOwner }
}

interface Answers {
  readonly agent: string
  readonly goal: string
  readonly tests: string
  readonly form: string
}

const WHICH_FORM =
  'Which form on GitHub? one-job is cheaper, but the agent shares a machine with a token that may write; walled keeps them apart, in up to four jobs.'

async function answer(flags: InitFlags, test: string, ask: Ask | undefined): Promise<Answers | undefined> {
  const take: Ask = ask ?? (async ({ initial }) => initial)
  const goal =
    flags.goal ?? (await take({ message: 'What are the tasks for, in one sentence?', initial: '' }))
  if (goal === undefined) return undefined
  const [first = ''] = SCAFFOLD_AGENTS
  const agent =
    flags.agent ??
    (await take({ message: 'Which agent does the work?', initial: first, choices: SCAFFOLD_AGENTS }))
  if (agent === undefined) return undefined
  const tests = flags.tests ?? (await take({ message: 'Which command tests the project?', initial: test }))
  if (tests === undefined) return undefined
  const [simplest] = FORMS
  const form = flags.form ?? (await take({ message: WHICH_FORM, initial: simplest, choices: FORMS }))
  return form === undefined ? undefined : { agent, goal, tests, form }
}

function checked({ agent, goal, tests, form: wanted }: Answers): Answers & { readonly form: Form } {
  if (!SCAFFOLD_AGENTS.includes(agent))
    throw new LoopError(
      'agent-unknown',
      `There is no agent ${JSON.stringify(agent)}; there are ${SCAFFOLD_AGENTS.join(', ')}.`,
    )
  if (byteLength(goal) > LIMITS.goal_bytes)
    throw new LoopError('bad-input', `The goal is longer than ${LIMITS.goal_bytes} bytes.`)
  if (tests.includes('\0')) throw new LoopError('bad-input', 'The test command holds a NUL character.')
  const form = FORMS.find((known) => known === wanted)
  if (form === undefined)
    throw new LoopError(
      'bad-input',
      `There is no form ${JSON.stringify(wanted)} of the workflow; there are ${FORMS.join(', ')}.`,
    )
  return { agent, goal: goal.trim(), tests: tests.trim(), form }
}

/** What was done, then the commands that start the loop. */
export function renderInit(result: Initialised, standing: Standing = USUAL): string {
  if (result.is === 'cancelled') return 'Nothing was written.'
  const isNew = result.written.includes(WORKFLOW_PATH)
  const first = standing.hasCommits
    ? []
    : ['  git commit --allow-empty -m "Begin"   # there is no commit yet, and work starts from one']
  return [
    ...result.written.map((path) => `wrote   ${path}`),
    ...result.existing.map((path) => `exists  ${path} (left as it is)`),
    '',
    ...(isNew ? [...aboutForm(result.form, standing), ''] : []),
    ...(standing.elsewhere === undefined
      ? []
      : [
          'All of this is at the root of the repository, and so are the commands below:',
          `  cd ${standing.elsewhere}`,
          '',
        ]),
    'Put your tasks into .cms/loop.yml, then look before anything is spent:',
    '  cms validate',
    '  cms plan',
    '',
    'Run the loop here:',
    ...first,
    '  cms run',
    '',
    'Or on GitHub:',
    ...(result.lacksOwner
      ? [
          `  replace OWNER in ${WORKFLOW_PATH} by the account that publishes cms-iterate, and @v1 by @v0 until its 1.0`,
        ]
      : []),
    ...remoteLines(standing),
    ...(secretOf(result.agent) === undefined ? [] : [`  gh secret set ${secretOf(result.agent)}`]),
    `  git add .cms ${WORKFLOW_PATH} && git commit -m "Add a loop" && git push${standing.hasRemote ? '' : ' -u origin HEAD'}`,
    '  cms doctor   # whether anything there stands in the way',
    '  cms start',
  ].join('\n')
}

const remoteLines = ({ hasRemote }: Standing): string[] =>
  hasRemote
    ? []
    : [
        '  make an empty repository there, and name it here:',
        '  git remote add origin https://github.com/<account>/<repository>',
      ]

/** What a person should know of the workflow that was written, and how to get the other one. */
function aboutForm(form: Form, { visibility }: Standing): string[] {
  const cron =
    visibility === undefined
      ? ["Is the repository public? It is not known here. If so, let its watchdog look at '23,53 * * * *'."]
      : []
  if (form === 'walled')
    return [
      'On GitHub, nothing that runs the agent or its code holds a token that may write here.',
      visibility === 'public'
        ? 'An iteration has up to four jobs; on a public repository they cost nothing.'
        : 'An iteration has up to four jobs, and on a private repository each is paid by the started minute.',
      ...cron,
    ]
  return [
    'On GitHub, the agent runs in the same job as a token that may write to this repository: a guard against',
    'accidents, not against intent. To wall them off from each other, in up to four jobs:',
    `  rm ${WORKFLOW_PATH} && cms init --form walled`,
    ...(visibility === 'public'
      ? ['This repository is public: the wall costs nothing here, and strangers can write what agents read.']
      : []),
    ...cron,
  ]
}
