/** `cms init`: looks at the project, asks what it cannot see, writes what is not there yet. */
import { LoopError } from '../core/error.ts'
import { loopIdOf } from '../core/ids.ts'
import { LIMITS } from '../core/limits.ts'
import { SCAFFOLD_AGENTS, type ScaffoldChoices, scaffold, WORKFLOW_PATH } from '../core/scaffold.ts'
import { byteLength } from '../core/text.ts'
import type { Ask, Project } from '../ports/project.ts'
import { guessCommands } from './guess.ts'

/** What the caller already knows; `yes` takes the defaults for the rest. */
export interface InitFlags {
  readonly yes?: boolean | undefined
  /** Default `main`. */
  readonly loop?: string | undefined
  readonly agent?: string | undefined
  readonly goal?: string | undefined
  /** The command that tests the project; empty for none. */
  readonly tests?: string | undefined
}

export type Initialised =
  | { readonly is: 'cancelled' }
  | {
      readonly is: 'ready'
      readonly written: readonly string[]
      /** Were there before, and were left alone. */
      readonly existing: readonly string[]
      readonly agent: string
    }

export interface InitTools {
  readonly project: Project
  /** Without it nothing is asked. */
  readonly ask?: Ask | undefined
}

/**
 * Never overwrites a file, and writes nothing when the person gives up half-way.
 *
 * @throws LoopError `agent-unknown`, `bad-input`.
 */
export async function init(flags: InitFlags, { project, ask }: InitTools): Promise<Initialised> {
  const loop = loopIdOf(flags.loop ?? 'main')
  const facts = await project.facts()
  const guess = guessCommands(facts)
  const answers = await answer(flags, guess.verify[0] ?? '', flags.yes === true ? undefined : ask)
  if (!answers) return { is: 'cancelled' }
  const { agent, goal, tests } = checked(answers)
  const verify = tests === '' ? [] : [tests]
  const choices: ScaffoldChoices = { loop, agent, goal, setup: guess.setup, verify, branch: facts.branch }
  const written: string[] = []
  const existing: string[] = []
  for (const { path, text } of scaffold(choices)) {
    const outcome = await project.create(path, text)
    const told = outcome === 'written' ? written : existing
    told.push(path)
  }
  return { is: 'ready', written, existing, agent }
}

interface Answers {
  readonly agent: string
  readonly goal: string
  readonly tests: string
}

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
  return tests === undefined ? undefined : { agent, goal, tests }
}

function checked({ agent, goal, tests }: Answers): Answers {
  if (!SCAFFOLD_AGENTS.includes(agent))
    throw new LoopError(
      'agent-unknown',
      `There is no agent ${JSON.stringify(agent)}; there are ${SCAFFOLD_AGENTS.join(', ')}.`,
    )
  if (byteLength(goal) > LIMITS.goal_bytes)
    throw new LoopError('bad-input', `The goal is longer than ${LIMITS.goal_bytes} bytes.`)
  if (tests.includes('\0')) throw new LoopError('bad-input', 'The test command holds a NUL character.')
  return { agent, goal: goal.trim(), tests: tests.trim() }
}

/** What was done, then the commands that start the loop. */
export function renderInit(result: Initialised): string {
  if (result.is === 'cancelled') return 'Nothing was written.'
  const owner = result.written.includes(WORKFLOW_PATH)
    ? [`  replace OWNER in ${WORKFLOW_PATH} by the account that publishes cms-iterate`]
    : []
  const secret = result.agent === 'claude' ? ['  gh secret set ANTHROPIC_API_KEY'] : []
  return [
    ...result.written.map((path) => `wrote   ${path}`),
    ...result.existing.map((path) => `exists  ${path} (left as it is)`),
    '',
    'Put your tasks into .cms/loop.yml, then look before anything is spent:',
    '  cms validate',
    '  cms plan',
    '',
    'Run the loop here:',
    '  cms run',
    '',
    'Or on GitHub:',
    ...owner,
    ...secret,
    '  git add .cms .github/workflows/cms.yml && git commit -m "Add a loop" && git push',
    '  cms start',
  ].join('\n')
}
