/** The scheduler on paper: which lane would take which task when. */
import { type Ranked, rank, type Weight } from './graph.ts'

/** What is to be scheduled. */
export interface Schedulable extends Ranked {
  /** It runs already. */
  readonly state: { readonly at: string }
}

/** One task on its lane, from and to in the unit of the weights. */
export interface Slot<T> {
  readonly task: T
  readonly lane: number
  readonly start: number
  readonly end: number
}

export interface Schedule<T> {
  /** In the order they start. */
  readonly slots: readonly Slot<T>[]
  readonly end: number
}

/**
 * Whenever a lane is free, the first ready task by rank. The ranks do
 * not change on the way, because whatever waits for an unfinished task is unfinished itself.
 */
export function simulate<T extends Schedulable>(
  tasks: readonly T[],
  lanes: number,
  weight: Weight,
): Schedule<T> {
  const position = new Map(rank(tasks, weight).map(({ id }, index) => [id, index]))
  const dependents = new Map<string, T[]>(tasks.map(({ id }) => [id, []]))
  const waiting = new Map(tasks.map(({ id, needs }) => [id, needs.length]))
  for (const task of tasks) for (const need of task.needs) dependents.get(need)?.push(task)
  // What is leased already runs, so it comes first whatever its rank.
  const place = (task: T) => (task.state.at === 'leased' ? -1 : (position.get(task.id) ?? 0))
  const ready = tasks.filter(({ needs }) => needs.length === 0).toSorted((a, b) => place(a) - place(b))
  const idle = Array.from({ length: Math.min(lanes, tasks.length) }, (_, index) => index + 1)
  const running: Slot<T>[] = []
  const slots: Slot<T>[] = []
  let now = 0
  for (;;) {
    while (ready.length > 0 && idle.length > 0) {
      const task = ready.shift()
      const lane = idle.shift()
      if (!task || lane === undefined) break
      const slot = { task, lane, start: now, end: now + weight(task.id) }
      slots.push(slot)
      running.push(slot)
    }
    const ended = running.toSorted((a, b) => a.end - b.end || a.lane - b.lane)[0]
    if (!ended) return { slots, end: now }
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
