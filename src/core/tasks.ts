/** Tasks of a checkpoint: finding, replacing, and following the loop file. */
import type { Checkpoint } from './checkpoint.ts'
import { LoopError } from './error.ts'
import { hash64 } from './hash.ts'
import { LIMITS } from './limits.ts'
import type { TaskSpec } from './settings.ts'
import { withoutSplit } from './split.ts'
import type { CompletedTask, Lease, Task } from './task.ts'
import { byteLength, clip } from './text.ts'
import { untangled } from './untangle.ts'

export const findTask = (checkpoint: Checkpoint, id: string): Task | undefined =>
  checkpoint.remaining_tasks.find((task) => task.id === id)

/** @throws LoopError `unknown-task` */
export function needTask(checkpoint: Checkpoint, id: string): Task {
  const task = findTask(checkpoint, id)
  if (task === undefined) throw new LoopError('unknown-task', `There is no unfinished task named "${id}".`)
  return task
}

export const findCompleted = (checkpoint: Checkpoint, id: string): CompletedTask | undefined =>
  checkpoint.completed_tasks.find((task) => task.id === id)

/** What a task's outputs take in the checkpoint. */
export const outputsBytes = ({ outputs }: CompletedTask): number =>
  Object.keys(outputs).length === 0 ? 0 : byteLength(JSON.stringify(outputs))

/** What is done, to be asked often. */
export const doneIds = ({ completed_tasks }: Pick<Checkpoint, 'completed_tasks'>): ReadonlySet<string> =>
  new Set(completed_tasks.map(({ id }) => id))

/** What must be done before the task, and is not. */
export function unmetNeeds({ needs }: Pick<Task, 'needs'>, done: ReadonlySet<string>): string[] {
  return needs.filter((need) => !done.has(need))
}

export const replaceTask = (checkpoint: Checkpoint, task: Task): Checkpoint => ({
  ...checkpoint,
  remaining_tasks: checkpoint.remaining_tasks.map((old) => (old.id === task.id ? task : old)),
})

export const removeTask = (checkpoint: Checkpoint, id: string): Checkpoint => ({
  ...checkpoint,
  remaining_tasks: checkpoint.remaining_tasks.filter((task) => task.id !== id),
})

/** Changes when the loop file asks for something else: not with name, priority, place or agent. */
export const specDigest = ({ spec, verify, run }: Pick<TaskSpec, 'spec' | 'verify' | 'run'>): string =>
  hash64(JSON.stringify([spec, verify, run ?? null]))

/** A task as it enters the checkpoint. */
export function openTask(spec: TaskSpec, order: number, source: Task['source']): Task {
  return {
    id: spec.id,
    name: spec.name,
    spec: spec.spec,
    needs: spec.needs,
    uses: spec.uses,
    verify: spec.verify,
    priority: spec.priority,
    ...(spec.agent === undefined ? {} : { agent: spec.agent }),
    ...(spec.run === undefined ? {} : { run: spec.run }),
    allow_empty: spec.allow_empty,
    source,
    depth: 0,
    order,
    state: { at: 'open' },
    attempts: [],
    attempts_used: 0,
    attempts_made: 0,
    conflicts: 0,
    losses: 0,
    violations: 0,
    escalations: 0,
    withdrawn: false,
    cost: 0,
    minutes: 0,
  }
}

export interface Completion {
  readonly summary: string
  /** `null`: a person accepted it without one. */
  readonly commit: string | null
  readonly iteration: number
  readonly at: string
}

/** What stays of a task that is done. */
export const completed = (task: Task, how: Completion): CompletedTask => ({
  ...how,
  summary: clip(how.summary, LIMITS.summary_bytes),
  id: task.id,
  name: task.name,
  needs: task.needs,
  spec_digest: specDigest(task),
  source: task.source,
  order: task.order,
  ...(task.agent === undefined ? {} : { agent: task.agent }),
  outputs: {},
  attempts: task.attempts_made,
  cost: task.cost,
  minutes: task.minutes,
  verify_surface: [],
})

/** A task is done: it moves from the one list to the other. */
export const finish = (checkpoint: Checkpoint, task: Task, how: Completion): Checkpoint => ({
  ...removeTask(checkpoint, task.id),
  completed_tasks: [...checkpoint.completed_tasks, completed(task, how)],
})

/** What waited to land waits no more: whatever comes is another attempt. */
export function withoutCandidate(task: Task): Task {
  const { candidate, ...rest } = task
  return candidate === undefined ? task : rest
}

/** Fresh attempts, as `cms retry` and a changed spec give them. What was spent stays. */
export const freshAttempts = (task: Task): Task => ({
  ...withoutCandidate(withoutSplit(task)),
  state: task.state.at === 'parked' ? { at: 'open' } : task.state,
  attempts: [],
  attempts_used: 0,
  conflicts: 0,
  losses: 0,
  violations: 0,
  escalations: 0,
})

/** An open task that has used all its attempts is parked; the loop file may have lowered their number. */
export function parkSpent(task: Task, attempts: number): Task {
  if (task.state.at !== 'open' || task.attempts_used < attempts) return task
  const { verdict = 'no_result', because = '' } = task.attempts.at(-1) ?? {}
  const used = task.attempts_used === 1 ? 'The only attempt is' : `${task.attempts_used} attempts are`
  const why = clip(`${used} used up. The last: ${because}`, LIMITS.because_bytes)
  return { ...task, state: { at: 'parked', verdict, because: why } }
}

/**
 * Follows a new version of the loop file: new tasks open; a changed one is replaced and gets
 * fresh attempts; one that is gone is withdrawn, at settle if it is leased. Tasks from
 * elsewhere, and tasks that are done, stay as they are.
 */
export function followFile(checkpoint: Checkpoint, specs: readonly TaskSpec[]): Task[] {
  const done = doneIds(checkpoint)
  const known = new Map(checkpoint.remaining_tasks.map((task) => [task.id, task]))
  const listed = specs.flatMap((spec, order) => (done.has(spec.id) ? [] : [{ spec, order }]))
  const kept = new Set(listed.map(({ spec }) => spec.id))
  const others = checkpoint.remaining_tasks
    .filter((task) => !kept.has(task.id))
    .flatMap((task) => leave(task))
  const parts = partsOf(checkpoint)
  const followed = listed.map(({ spec, order }) => follow(known.get(spec.id), { spec, order, parts }))
  return untangled([...followed, ...others], done)
}

/** Ids of done tasks of which the loop file now asks something else: said, never done again by itself. */
export function changedSince({ completed_tasks }: Checkpoint, specs: readonly TaskSpec[]): string[] {
  const asked = new Map(specs.map((spec) => [spec.id, spec]))
  return completed_tasks.flatMap(({ id, spec_digest }) => {
    const spec = asked.get(id)
    return spec === undefined || specDigest(spec) === spec_digest ? [] : [id]
  })
}

/** Ids of tasks that no loop file names: only a task that was split into them needs one from the file. */
const partsOf = ({ remaining_tasks, completed_tasks }: Checkpoint): ReadonlySet<string> =>
  new Set(
    [...remaining_tasks, ...completed_tasks].flatMap(({ id, source }) => (source === 'file' ? [] : [id])),
  )

interface Following {
  readonly spec: TaskSpec
  readonly order: number
  readonly parts: ReadonlySet<string>
}

function follow(old: Task | undefined, { spec, order, parts }: Following): Task {
  const fresh = openTask(spec, order, 'file')
  if (old === undefined) return fresh
  const isOther = specDigest(old) !== specDigest(fresh)
  const { salvage, ...rest } = old
  // What was left of other work is of no use; another agent may well go on with it.
  const kept = isOther || salvage === undefined ? rest : { ...rest, salvage }
  const own = old.split === true && !isOther ? old.needs.filter((need) => parts.has(need)) : []
  const needs = [...new Set([...fresh.needs, ...own])]
  const next: Task = { ...kept, ...pickWritten(fresh), needs, order, source: 'file', withdrawn: false }
  return isOther || !sameAgent(old, fresh) ? freshAttempts(next) : next
}

const sameAgent = (a: Task, b: Task): boolean => JSON.stringify(a.agent) === JSON.stringify(b.agent)

function leave(task: Task): Task[] {
  if (task.source !== 'file') return [task]
  return task.state.at === 'leased' ? [{ ...task, withdrawn: true }] : []
}

const pickWritten = ({ name, spec, needs, uses, verify, priority, agent, run, allow_empty }: Task) => ({
  name,
  spec,
  needs,
  uses,
  verify,
  priority,
  agent,
  run,
  allow_empty,
})

/** Every lease in force. */
export const leases = (checkpoint: Checkpoint): { task: Task; lease: Lease }[] =>
  checkpoint.remaining_tasks.flatMap((task) =>
    task.state.at === 'leased' ? [{ task, lease: task.state.lease }] : [],
  )
