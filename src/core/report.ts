/** The checkpoint for people and programs: how its tasks stand, and what they cost against which caps. */
import { reserved } from './budget.ts'
import type { Checkpoint } from './checkpoint.ts'
import { countTokens } from './ledger.ts'
import { toPeople } from './mail.ts'
import { type MessageDocument, messageDocument } from './mail-text.ts'
import { loopRefs, shortRef } from './refs.ts'
import type { CompletedTask, Task } from './task.ts'
import { doneIds, unmetNeeds } from './tasks.ts'

export const dollars = (usd: number): string => `$${usd.toFixed(2)}`

/** `$1.20 of $10.00`, `12 of 50`, or the number alone where there is no cap. */
const against = (used: string, cap: string | undefined): string =>
  cap === undefined ? used : `${used} of ${cap}`

/** One line per cap: name and use. */
export function spendLines({ ledger, config }: Checkpoint): [name: string, use: string][] {
  const { budget } = config.settings
  const estimated = ledger.usd_estimated > 0 ? ` (${dollars(ledger.usd_estimated)} of it estimated)` : ''
  const cap = (value: number | undefined, print: (n: number) => string) =>
    value === undefined ? undefined : print(value)
  return [
    ['cost', against(dollars(ledger.usd), cap(budget.usd, dollars)) + estimated],
    ['iterations', against(String(ledger.iterations), cap(budget.iterations, String))],
    ['minutes', against(ledger.minutes.toFixed(1), cap(budget.minutes, String))],
    ['tokens', against(String(countTokens(ledger.tokens)), cap(budget.tokens, String))],
  ]
}

/** How one task stands, for every picture of it. */
export interface TaskStanding {
  readonly id: string
  readonly name: string
  readonly order: number
  readonly needs: readonly string[]
  readonly state: 'done' | 'working' | 'open' | 'waiting' | 'parked'
  readonly attempts: number
  /** US dollars. */
  readonly cost: number
  readonly detail: string
  /** At work on it. */
  readonly lane?: string
}

/** One character that says it at a glance, colours or not. */
export const MARKS: Readonly<Record<TaskStanding['state'], string>> = {
  done: '✓',
  working: '▶',
  open: '○',
  waiting: '·',
  parked: '✗',
}

/** Every task, in the order of the loop file. */
export function taskStandings(checkpoint: Checkpoint): TaskStanding[] {
  const ids = doneIds(checkpoint)
  return [
    ...checkpoint.completed_tasks.map(doneStanding),
    ...checkpoint.remaining_tasks.map((task) => openStanding(task, ids)),
  ].toSorted((a, b) => a.order - b.order)
}

function openStanding(task: Task, done: ReadonlySet<string>): TaskStanding {
  const { id, name, order, needs, cost } = task
  return { id, name, order, needs, cost, attempts: task.attempts_made, ...stateOf(task, done) }
}

function stateOf(task: Task, done: ReadonlySet<string>): Pick<TaskStanding, 'state' | 'detail' | 'lane'> {
  if (task.state.at === 'leased') {
    const { attempt, lane } = task.state.lease
    return { state: 'working', lane, detail: `attempt ${attempt}, lane ${lane}` }
  }
  if (task.state.at === 'parked') return { state: 'parked', detail: task.state.because }
  const unmet = unmetNeeds(task, done)
  if (unmet.length > 0) return { state: 'waiting', detail: `needs ${unmet.join(', ')}` }
  const last = task.attempts.at(-1)
  const detail = last === undefined ? '' : `attempt ${last.n}: ${last.verdict}: ${last.because}`
  return { state: 'open', detail }
}

function doneStanding(task: CompletedTask): TaskStanding {
  const { id, name, order, needs, attempts, cost } = task
  const commit = task.commit === null ? 'accepted' : task.commit.slice(0, 9)
  const surface =
    task.verify_surface.length === 0 ? '' : ` ⚠ changed what verifies it: ${task.verify_surface.join(', ')}`
  const detail = `${commit} ${task.summary}${surface}`.trim()
  return { id, name, order, needs, attempts, cost, state: 'done', detail }
}

/** Every task as cells: mark, id, state, attempts, cost, detail. */
export const taskRows = (checkpoint: Checkpoint): string[][] =>
  taskStandings(checkpoint).map(({ id, state, attempts, cost, detail }) => [
    MARKS[state],
    id,
    state,
    String(attempts),
    dollars(cost),
    detail,
  ])

/** The pull request, or what stands in its way; empty where nobody has to know. */
export function pullRequestLine({ pull_request: { number, problem, wanted } }: Checkpoint): string[] {
  if (problem !== null && wanted !== 'none')
    return [`Pull request${number === null ? '' : ` #${number}`}: ${problem}`]
  return number === null ? [] : [`Pull request: #${number}`]
}

/** `cms status --json`: programs rely on these names. */
export interface StatusDocument {
  readonly loop: string
  readonly epoch: number
  readonly status: string
  readonly reason: string
  readonly next: string
  readonly seq: number
  readonly tasks: {
    readonly total: number
    readonly done: number
    readonly open: number
    readonly leased: number
    readonly parked: number
  }
  readonly lanes: Checkpoint['lanes']
  readonly ledger: {
    readonly iterations: number
    readonly attempts: number
    readonly usd: number
    readonly tokens: number
    readonly minutes: number
    readonly reserved: number
  }
  readonly budget: Checkpoint['config']['settings']['budget']
  readonly branches: { readonly state: string; readonly work: string }
  /** What waits for an answer of a person, where something does. */
  readonly messages?: readonly MessageDocument[]
  /** Only where there is one, or something stands in its way. */
  readonly pull_request?: { readonly number: number | null; readonly problem: string | null }
}

export function statusDocument(checkpoint: Checkpoint): StatusDocument {
  const { loop, epoch, status, reason, next, seq, lanes, ledger, config } = checkpoint
  const { number, problem } = checkpoint.pull_request
  const count = (at: Task['state']['at']) =>
    checkpoint.remaining_tasks.filter((task) => task.state.at === at).length
  const done = checkpoint.completed_tasks.length
  const waiting = toPeople(checkpoint).map((message) => messageDocument(checkpoint, message))
  return {
    loop,
    epoch,
    status,
    reason,
    next,
    seq,
    tasks: {
      total: done + checkpoint.remaining_tasks.length,
      done,
      open: count('open'),
      leased: count('leased'),
      parked: count('parked'),
    },
    lanes,
    ledger: {
      iterations: ledger.iterations,
      attempts: ledger.attempts,
      usd: ledger.usd,
      tokens: countTokens(ledger.tokens),
      minutes: ledger.minutes,
      reserved: reserved(checkpoint).usd,
    },
    budget: config.settings.budget,
    branches: {
      state: shortRef(loopRefs(loop, config.settings.refs).state),
      work: shortRef(checkpoint.work.ref),
    },
    ...(waiting.length === 0 ? {} : { messages: waiting }),
    ...(number === null && problem === null ? {} : { pull_request: { number, problem } }),
  }
}
