/**
 * What a loop would do next, without doing it: order, lanes, waves and an estimate.
 *
 * Estimates come from what finished tasks of this loop took. Where nothing has finished yet,
 * money is counted at the reserve of one attempt per task, and time is left unknown.
 */
import type { Checkpoint } from './checkpoint.ts'
import { criticalPath, levels, rank, type Weight } from './graph.ts'
import { PLAN_SPEC, wantsPlan } from './planning.ts'
import { agentFor, type LoopConfig, reserveFor, type TaskSpec } from './settings.ts'
import type { CompletedTask, Task } from './task.ts'

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
  readonly state: 'open' | 'leased'
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
  readonly critical_path: readonly string[]
  /** Tasks that wait for a person, and those behind them. */
  readonly blocked: readonly { readonly id: string; readonly because: string }[]
  readonly estimate: {
    readonly usd: number
    readonly usd_basis: 'finished tasks' | 'reserve, one attempt a task'
    /** All lanes together, then from start to end. */
    readonly minutes: number | null
    readonly elapsed_minutes: number | null
    readonly minutes_basis: 'finished tasks' | 'unknown'
    /** Every task with every attempt at its own limit. */
    readonly usd_at_most: number
  }
  readonly warnings: readonly string[]
}

interface Planned extends TaskSpec {
  readonly order: number
  readonly state: Task['state']
}

/** Plans what is left of a loop; without a checkpoint, all of it. */
export function planLoop(config: LoopConfig, checkpoint?: Checkpoint): Plan {
  const done = checkpoint?.completed_tasks ?? []
  const remaining = remainingOf(config, checkpoint)
  const blocked = blockedOf(remaining, done)
  const stuck = new Set(blocked.map(({ id }) => id))
  const open = remaining.filter(({ id }) => !stuck.has(id))
  const mean = means(done)
  const weight: Weight = () => mean.minutes ?? 1
  const schedule = simulate(open, config.settings.parallel, weight)
  const waves = levels(open).map((wave) => wave.map(({ id }) => id))
  const wave = new Map(waves.flatMap((ids, index) => ids.map((id) => [id, index + 1])))
  const order = schedule.starts.map(({ task, lane, start }) =>
    planned(config, task, { lane, start, wave: wave.get(task.id) ?? 1 }),
  )
  const estimate = estimateOf(config, open, { mean, elapsed: schedule.end })
  return {
    loop: config.loop,
    goal: config.goal,
    tasks: { total: done.length + remaining.length, done: done.length, to_do: remaining.length },
    order,
    waves,
    lanes: { allowed: config.settings.parallel, used: new Set(order.map(({ lane }) => lane)).size },
    critical_path: criticalPath(open, weight),
    blocked,
    estimate,
    warnings: [...config.warnings, ...budgetWarnings(config, estimate.usd, checkpoint)],
  }
}

const planned = (
  { settings }: LoopConfig,
  { id, name, needs, agent, state }: Planned,
  place: Pick<PlannedTask, 'lane' | 'start' | 'wave'>,
): PlannedTask => ({
  id,
  name,
  needs,
  agent: agentFor(settings, agent).use,
  ...place,
  state: state.at === 'leased' ? 'leased' : 'open',
})

/** Tasks of the file that are not done, then unfinished ones that came from elsewhere. */
function remainingOf(config: LoopConfig, checkpoint: Checkpoint | undefined): Planned[] {
  const done = new Set(checkpoint?.completed_tasks.map(({ id }) => id))
  const known = new Map(checkpoint?.remaining_tasks.map((task) => [task.id, task]))
  const begins = checkpoint === undefined && wantsPlan(config) ? [PLAN_SPEC] : []
  const fromFile = [...begins, ...config.tasks.filter(({ id }) => !done.has(id))]
  const named = new Set(fromFile.map(({ id }) => id))
  const others = (checkpoint?.remaining_tasks ?? []).filter(
    ({ id, source }) => source !== 'file' && !named.has(id),
  )
  const all = [
    ...fromFile.map((task) => ({ ...task, state: known.get(task.id)?.state ?? { at: 'open' as const } })),
    ...others,
  ]
  return all.map((task, order) => ({ ...task, needs: task.needs.filter((need) => !done.has(need)), order }))
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

interface Schedule {
  readonly starts: readonly { readonly task: Planned; readonly lane: number; readonly start: number }[]
  readonly end: number
}

/**
 * The scheduler on paper: whenever a lane is free, the first ready task by rank. The ranks do
 * not change on the way, because whatever waits for an unfinished task is unfinished itself.
 */
function simulate(tasks: readonly Planned[], lanes: number, weight: Weight): Schedule {
  const position = new Map(rank(tasks, weight).map(({ id }, index) => [id, index]))
  const dependents = new Map<string, Planned[]>(tasks.map(({ id }) => [id, []]))
  const waiting = new Map(tasks.map(({ id, needs }) => [id, needs.length]))
  for (const task of tasks) for (const need of task.needs) dependents.get(need)?.push(task)
  // What is leased already runs, so it comes first whatever its rank.
  const place = (task: Planned) => (task.state.at === 'leased' ? -1 : (position.get(task.id) ?? 0))
  const ready = tasks.filter(({ needs }) => needs.length === 0).toSorted((a, b) => place(a) - place(b))
  const idle = Array.from({ length: Math.min(lanes, tasks.length) }, (_, index) => index + 1)
  const running: { task: Planned; lane: number; end: number }[] = []
  const starts: { task: Planned; lane: number; start: number }[] = []
  let now = 0
  for (;;) {
    while (ready.length > 0 && idle.length > 0) {
      const task = ready.shift()
      const lane = idle.shift()
      if (!task || lane === undefined) break
      starts.push({ task, lane, start: now })
      running.push({ task, lane, end: now + weight(task.id) })
    }
    const ended = running.toSorted((a, b) => a.end - b.end || a.lane - b.lane)[0]
    if (!ended) return { starts, end: now }
    running.splice(running.indexOf(ended), 1)
    now = ended.end
    insert(idle, ended.lane, (lane) => lane)
    for (const task of dependents.get(ended.task.id) ?? []) {
      const left = (waiting.get(task.id) ?? 0) - 1
      waiting.set(task.id, left)
      if (left === 0) insert(ready, task, place)
    }
  }
}

/** After its equals. */
function insert<T>(sorted: T[], item: T, key: (item: T) => number): void {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const other = sorted[middle]
    if (other !== undefined && key(other) > key(item)) high = middle
    else low = middle + 1
  }
  sorted.splice(low, 0, item)
}

interface Means {
  readonly usd: number | undefined
  readonly minutes: number | undefined
}

/** What a finished task took on average, all its attempts together. */
function means(done: readonly CompletedTask[]): Means {
  const worked = done.filter(({ attempts }) => attempts > 0)
  if (worked.length === 0) return { usd: undefined, minutes: undefined }
  const mean = (of: (task: CompletedTask) => number) =>
    worked.reduce((sum, task) => sum + of(task), 0) / worked.length
  const minutes = mean((task) => task.minutes)
  return { usd: mean(({ cost }) => cost), minutes: minutes > 0 ? minutes : undefined }
}

function estimateOf(
  { settings }: LoopConfig,
  open: readonly Planned[],
  { mean, elapsed }: { readonly mean: Means; readonly elapsed: number },
): Plan['estimate'] {
  const sum = (of: (task: Planned) => number) => round(open.reduce((total, task) => total + of(task), 0))
  const reserve = ({ agent }: Planned) => reserveFor(settings, agentFor(settings, agent))
  // A task whose agent reserves nothing is taken to cost nothing, on every attempt.
  const most = (task: Planned) =>
    reserve(task) === 0 ? 0 : settings.policy.attempts * settings.policy.usd_per_attempt
  const known = mean.minutes !== undefined
  return {
    usd: sum((task) => mean.usd ?? reserve(task)),
    usd_basis: mean.usd === undefined ? 'reserve, one attempt a task' : 'finished tasks',
    minutes: known ? sum(() => mean.minutes ?? 0) : null,
    elapsed_minutes: known ? round(elapsed) : null,
    minutes_basis: known ? 'finished tasks' : 'unknown',
    usd_at_most: sum(most),
  }
}

const round = (amount: number): number => Math.round(amount * 100) / 100

function budgetWarnings({ settings }: LoopConfig, usd: number, checkpoint: Checkpoint | undefined): string[] {
  const cap = settings.budget.usd
  const left = cap === undefined ? undefined : round(cap - (checkpoint?.ledger.usd ?? 0))
  if (left === undefined || usd <= left) return []
  return [`The budget may not suffice: about $${usd.toFixed(2)} is wanted, $${left.toFixed(2)} is left.`]
}
