/** The outputs of the action, told from the checkpoint and from what this run did. */
import type { Checkpoint } from '../../core/checkpoint.ts'
import { loopRefs, shortRef } from '../../core/refs.ts'
import type { Redact } from '../../core/secrets/redact.ts'
import { oneLine } from '../../core/text.ts'
import { plain } from './plain.ts'

/** In the order of action.yml. A test keeps the two in step. */
export const OUTPUTS = [
  'status',
  'reason',
  'task',
  'verdict',
  'iteration',
  'tasks-done',
  'tasks-total',
  'total-cost-usd',
  'total-tokens',
  'work-branch',
  'state-branch',
  'pull-request-url',
  'next-run-url',
  'log-path',
  'next-job',
  'assignment',
  'ready',
  'head',
  'tree',
  'details',
] as const
export type Output = (typeof OUTPUTS)[number]

/** What one run did, as far as it did anything. */
export interface Did {
  readonly task?: string | undefined
  readonly verdict?: string | undefined
  readonly iteration?: number | undefined
  /** The first of the runs it asked for. */
  readonly nextRunUrl?: string | undefined
  /** The folder with what agents and commands printed. */
  readonly logPath?: string | undefined
  /** Of the walled form: the job that goes on with the task, and what it is given. */
  readonly nextJob?: 'work' | 'check'
  readonly assignment?: string
  /** Whether what the agent left is to be checked. */
  readonly ready?: boolean
  /** What was checked: a tree, on a head, and what was said of it. */
  readonly head?: string
  readonly tree?: string
  readonly details?: string
}

/** What is told of the loop. */
type OfLoop = Exclude<Output, keyof ReturnType<typeof outputsOfRun>>

/** Every output; empty where there is nothing to tell. @param home `https://github.com/owner/repo` */
export const outputsOf = (
  checkpoint: Checkpoint | undefined,
  did: Did,
  home: string,
): Readonly<Partial<Record<Output, string>>> => ({
  ...(checkpoint === undefined ? {} : outputsOfLoop(checkpoint, home)),
  ...outputsOfRun(did),
})

const outputsOfRun = (did: Did) => ({
  task: did.task ?? '',
  verdict: did.verdict ?? '',
  iteration: String(did.iteration ?? ''),
  'next-run-url': did.nextRunUrl ?? '',
  'log-path': did.logPath ?? '',
  'next-job': did.nextJob ?? '',
  assignment: did.assignment ?? '',
  ready: did.ready === undefined ? '' : String(did.ready),
  head: did.head ?? '',
  tree: did.tree ?? '',
  details: did.details ?? '',
})

function outputsOfLoop(checkpoint: Checkpoint, home: string): Record<OfLoop, string> {
  const { ledger, completed_tasks: completed, remaining_tasks: remaining, pull_request } = checkpoint
  const { input, cache_write, output } = ledger.tokens
  return {
    status: checkpoint.status,
    // Whoever prints it must not speak to the runner with it.
    reason: plain(oneLine(checkpoint.reason)),
    'tasks-done': String(completed.length),
    'tasks-total': String(completed.length + remaining.length),
    'total-cost-usd': String(Number(ledger.usd.toFixed(6))),
    'total-tokens': String(input + cache_write + output),
    'work-branch': shortRef(checkpoint.work.ref),
    'state-branch': shortRef(loopRefs(checkpoint.loop, checkpoint.config.settings.refs).state),
    'pull-request-url': pull_request.number === null ? '' : `${home}/pull/${pull_request.number}`,
  }
}

/** Hands every output to the runner, without secrets. @param set `core.setOutput` */
export function setOutputs(
  outputs: Readonly<Partial<Record<Output, string>>>,
  redact: Redact,
  set: (name: string, value: string) => void,
): void {
  for (const name of OUTPUTS) set(name, redact(outputs[name] ?? ''))
}
