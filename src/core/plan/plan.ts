/**
 * What a loop would do next, without doing it: order, lanes, waves and an estimate.
 *
 * Estimates come from what finished tasks of this loop took. Where nothing has finished yet,
 * money is counted at the reserve of one attempt per task, and time is left unknown.
 */
import type { Checkpoint } from '../checkpoint.ts'
import { expectedMinutes, mean, weigh } from '../durations.ts'
import { criticalPath, levels, type Weight } from '../graph.ts'
import { PLAN_SPEC, wantsPlan } from '../planning.ts'
import { budgetRoom } from '../quota.ts'
import { agentFor, type LoopConfig, reserveFor, type TaskSpec } from '../settings.ts'
import { type Slot, simulate } from '../simulate.ts'
import type { CompletedTask, Task } from '../task.ts'
import { doneIds, followFile, unmetNeeds } from '../tasks.ts'
import { type ProposedTask, proposedTasks } from './plan-proposed.ts'

export interface PlannedTask {
  readonly id: string
  readonly name: string
  readonly needs: readonly string[]
  readonly agent: string
  readonly lane: number
  /** From 1; tasks of one wave need nothing of each other. */
  readonly wave: number
  /** Steps, or minutes where durations are known, from now. */
  readonly start: number
  readonly end: number
  readonly state: 'open' | 'leased'
  /** On the critical path. */
  readonly critical: boolean
}

/** `to` needs `from`. */
export interface Edge {
  readonly from: string
  readonly to: string
}

/** The plan of a loop, and the document that `cms plan --json` prints. */
export interface Plan {
  readonly loop: string
  readonly goal: string
  readonly tasks: { readonly total: number; readonly done: number; readonly to_do: number }
  /** In the order they would start. */
  readonly order: readonly PlannedTask[]
  readonly waves: readonly (readonly string[])[]
  readonly lanes: { readonly allowed: number; readonly used: number }
  /** The chain that takes longest: no number of lanes is faster. */
  readonly critical_path: readonly string[]
  readonly critical_path_minutes: number | null
  /** Every need among the tasks that are not done, those that are blocked included. */
  readonly edges: readonly Edge[]
  /** Tasks that wait for a person, and those behind them. */
  readonly blocked: readonly { readonly id: string; readonly because: string }[]
  /** What a person who is waited for should look at. */
  readonly proposed: readonly ProposedTask[]
  readonly estimate: {
    readonly usd: number
    readonly usd_basis: 'finished tasks' | 'reserve, one attempt a task'
    /** All lanes together, then from start to end. */
    readonly minutes: number | null
    readonly elapsed_minutes: number | null
    readonly minutes_basis: 'finished tasks' | 'expected_minutes' | 'unknown'
    /** Every task with every attempt at its own limit. */
    readonly usd_at_most: number
  }
  readonly warnings: readonly string[]
}

interface Planned extends TaskSpec {
  readonly order: number
  readonly state: Task['state']
  readonly attempts: Task['attempts']
}

/** Plans what is left of a loop; without a checkpoint, all of it. */
export function planLoop(config: LoopConfig, checkpoint?: Checkpoint): Plan {
  const done = checkpoint?.completed_tasks ?? []
  const remaining = remainingOf(config, checkpoint)
  const blocked = blockedOf(remaining, done)
  const stuck = new Set(blocked.map(({ id }) => id))
  const open = remaining.filter(({ id }) => !stuck.has(id))
  const weight = weigh({ settings: config.settings, tasks: open, done })
  const { parallel } = config.settings
  const schedule = simulate(open, budgetRoom(config.settings)?.lanes ?? parallel, weight)
  const waves = levels(open).map((wave) => wave.map(({ id }) => id))
  const wave = new Map(waves.flatMap((ids, index) => ids.map((id) => [id, index + 1])))
  const path = criticalPath(open, weight)
  const critical = new Set(path)
  const order = schedule.slots.map((slot) => planned(config, slot, { wave, critical }))
  const estimate = estimateOf(config, open, { done, weight, elapsed: schedule.end })
  return {
    loop: config.loop,
    goal: config.goal,
    tasks: { total: done.length + remaining.length, done: done.length, to_do: remaining.length },
    order,
    waves,
    lanes: { allowed: parallel, used: new Set(order.map(({ lane }) => lane)).size },
    critical_path: path,
    critical_path_minutes:
      estimate.minutes === null ? null : round(path.reduce((sum, id) => sum + weight(id), 0)),
    edges: edgesOf(remaining),
    blocked,
    proposed: proposedTasks(
      checkpoint,
      order.map(({ id }) => id),
    ),
    estimate,
    warnings: [
      ...config.warnings,
      ...budgetWarnings(config, { usd: estimate.usd, tasks: open.length }, checkpoint),
    ],
  }
}

const planned = (
  { settings }: LoopConfig,
  { task, lane, start, end }: Slot<Planned>,
  known: { readonly wave: ReadonlyMap<string, number>; readonly critical: ReadonlySet<string> },
): PlannedTask => ({
  id: task.id,
  name: task.name,
  needs: task.needs,
  agent: agentFor(settings, task.agent).use,
  lane,
  wave: known.wave.get(task.id) ?? 1,
  start,
  end,
  state: task.state.at === 'leased' ? 'leased' : 'open',
  critical: known.critical.has(task.id),
})

function edgesOf(remaining: readonly Planned[]): Edge[] {
  const known = new Set(remaining.map(({ id }) => id))
  return remaining.flatMap(({ id, needs }) =>
    [...new Set(needs)].filter((need) => known.has(need)).map((need) => ({ from: need, to: id })),
  )
}

/** What would be left once the loop file is applied: its tasks, then those that came from elsewhere. */
function remainingOf(config: LoopConfig, checkpoint: Checkpoint | undefined): Planned[] {
  if (checkpoint === undefined) {
    const tasks = wantsPlan(config) ? [PLAN_SPEC] : config.tasks
    return tasks.map((task, order) => ({ ...task, state: { at: 'open' }, attempts: [], order }))
  }
  const done = doneIds(checkpoint)
  return followFile(checkpoint, config.tasks)
    .filter(({ withdrawn }) => !withdrawn)
    .map((task, order) => ({ ...task, needs: unmetNeeds(task, done), order }))
}

function blockedOf(remaining: readonly Planned[], done: readonly CompletedTask[]): Plan['blocked'] {
  const because = new Map<string, string>()
  const known = new Set([...remaining, ...done].map(({ id }) => id))
  for (const task of levels(remaining).flat()) {
    const behind = task.needs.find((need) => because.has(need))
    const missing = task.needs.find((need) => !known.has(need))
    if (task.state.at === 'parked') because.set(task.id, `parked: ${task.state.because}`)
    else if (behind !== undefined) because.set(task.id, `needs ${behind}`)
    else if (missing !== undefined) because.set(task.id, `needs ${missing}, which is gone`)
  }
  return [...because].map(([id, reason]) => ({ id, because: reason }))
}

function estimateOf(
  { settings }: LoopConfig,
  open: readonly Planned[],
  known: { readonly done: readonly CompletedTask[]; readonly weight: Weight; readonly elapsed: number },
): Plan['estimate'] {
  const sum = (of: (task: Planned) => number) => round(open.reduce((total, task) => total + of(task), 0))
  const reserve = ({ agent }: Planned) => reserveFor(settings, agentFor(settings, agent))
  // A task whose agent reserves nothing is taken to cost nothing, on every attempt.
  const most = (task: Planned) =>
    reserve(task) === 0 ? 0 : settings.policy.attempts * settings.policy.usd_per_attempt
  const usd = meanUsd(known.done)
  const basis = minutesBasis(known.done, open)
  return {
    usd: sum((task) => usd ?? reserve(task)),
    usd_basis: usd === undefined ? 'reserve, one attempt a task' : 'finished tasks',
    minutes: basis === 'unknown' ? null : sum(({ id }) => known.weight(id)),
    elapsed_minutes: basis === 'unknown' ? null : round(known.elapsed),
    minutes_basis: basis,
    usd_at_most: sum(most),
  }
}

/** What a finished task cost on average, all its attempts together. */
function meanUsd(done: readonly CompletedTask[]): number | undefined {
  const worked = done.filter(({ attempts }) => attempts > 0)
  return worked.length === 0 ? undefined : worked.reduce((sum, { cost }) => sum + cost, 0) / worked.length
}

function minutesBasis(
  done: readonly CompletedTask[],
  open: readonly Planned[],
): Plan['estimate']['minutes_basis'] {
  if (mean(done) !== undefined) return 'finished tasks'
  const isExpected =
    open.length > 0 && open.every((task) => expectedMinutes(task.expected_minutes) !== undefined)
  return isExpected ? 'expected_minutes' : 'unknown'
}

const round = (amount: number): number => Math.round(amount * 100) / 100

function budgetWarnings(
  { settings: { budget } }: LoopConfig,
  { usd, tasks }: { readonly usd: number; readonly tasks: number },
  checkpoint: Checkpoint | undefined,
): string[] {
  const left = (budget.usd ?? Number.POSITIVE_INFINITY) - (checkpoint?.ledger.usd ?? 0)
  const again = (budget.iterations ?? Number.POSITIVE_INFINITY) - (checkpoint?.ledger.iterations ?? 0)
  return [
    ...(usd <= round(left)
      ? []
      : [`The budget may not suffice: about $${usd.toFixed(2)} is wanted, $${left.toFixed(2)} is left.`]),
    // Each task takes one at least.
    ...(tasks <= again
      ? []
      : [
          `The budget does not suffice: ${tasks} tasks are to do, ${Math.max(0, again)} iterations are left.`,
        ]),
  ]
}
