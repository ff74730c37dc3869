/**
 * How long a task is expected to take, learnt from what this loop has done.
 *
 * The first of these that is known: the mean of the task's own attempts, where it is more than
 * what others make us expect (a task that failed quickly is no quick task); `expected_minutes`
 * of the task; the mean of finished tasks with the same agent and model; the mean of all
 * finished tasks; where none is finished, the mean of what is known of the others; 1, for all alike.
 */
import type { Checkpoint } from './checkpoint.ts'
import type { Weight } from './graph.ts'
import { type AgentOverride, agentFor, type Settings } from './settings.ts'
import type { CompletedTask, Task } from './task.ts'

/** What is asked of a task; tasks of a loop file that has not begun have no attempts. */
export interface Timed {
  readonly id: string
  readonly agent?: AgentOverride | undefined
  readonly attempts?: Task['attempts'] | undefined
  readonly expected_minutes?: unknown
}

/** What is known of a loop. */
export interface Known {
  readonly settings: Settings
  readonly tasks: readonly Timed[]
  readonly done: readonly CompletedTask[]
}

/** Asked several times for each decision, always of the same checkpoint, which never changes. */
const made = new WeakMap<Checkpoint, Weight>()

/** Minutes of one task, by its id. Linear in tasks to make, once a checkpoint, and a look-up to ask. */
export function durations(checkpoint: Checkpoint): Weight {
  const { config, remaining_tasks: tasks, completed_tasks: done } = checkpoint
  const weight = made.get(checkpoint) ?? weigh({ settings: config.settings, tasks, done })
  made.set(checkpoint, weight)
  return weight
}

/** The same from its parts, for a loop that has no checkpoint yet. */
export function weigh(known: Known): Weight {
  const all = mean(known.done) ?? guess(known.tasks) ?? 1
  const minutes = knownMinutes(known, all)
  const rest = exact(all)
  return (id) => minutes.get(id) ?? rest
}

/** Minutes of each task. @param all what is expected of a task of which nothing is known. */
function knownMinutes({ settings, tasks, done }: Known, all: number): Map<string, number> {
  const key = keys(settings)
  const byAgent = Map.groupBy(done, ({ agent }) => key(agent))
  const means = new Map([...byAgent].map(([agent, finished]) => [agent, mean(finished)]))
  return new Map(
    tasks.map((task) => {
      const others = means.get(key(task.agent)) ?? all
      const own = ownMean(task.attempts ?? [])
      const isLonger = own !== undefined && own > others
      return [task.id, exact(isLonger ? own : (expectedMinutes(task.expected_minutes) ?? others))]
    }),
  )
}

/** Where nothing is finished yet: the mean of what is known of those that are not. */
function guess(tasks: readonly Timed[]): number | undefined {
  const known = tasks.flatMap(
    ({ attempts = [], expected_minutes }) => expectedMinutes(expected_minutes) ?? ownMean(attempts) ?? [],
  )
  return positive(known.reduce((sum, minutes) => sum + minutes, 0) / known.length)
}

/** Minutes of a finished task on average, all its attempts together; `undefined` where none took any. */
export function mean(done: readonly CompletedTask[]): number | undefined {
  const worked = done.filter(({ attempts }) => attempts > 0)
  return positive(worked.reduce((sum, { minutes }) => sum + minutes, 0) / worked.length)
}

const ownMean = (attempts: Task['attempts']): number | undefined =>
  positive(attempts.reduce((sum, { minutes }) => sum + minutes, 0) / attempts.length)

/** What the loop file expects of a task; whatever somebody wrote, only a number above 0 says anything. */
export const expectedMinutes = (minutes: unknown): number | undefined =>
  typeof minutes === 'number' ? positive(minutes) : undefined

const positive = (minutes: number): number | undefined =>
  minutes > 0 && Number.isFinite(minutes) ? minutes : undefined

/** Agent and model in one word. Most tasks have no agent of their own, and share one answer. */
function keys(settings: Settings): (override: AgentOverride | undefined) => string {
  const word = (override: AgentOverride | undefined) => {
    const { use, model } = agentFor(settings, override)
    return JSON.stringify([use, model])
  }
  const usual = word(undefined)
  return (override) => (override === undefined ? usual : word(override))
}

/** Steps of a minute whose sums are exact: chains of the same tasks are as long, whatever their order. */
const STEP = 1 / 1024

const exact = (minutes: number): number => Math.max(STEP, Math.round(minutes / STEP) * STEP)
