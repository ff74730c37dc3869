/**
 * Graphs as loop files have them: tasks in the order in which somebody thought of them. One in six stands
 * alone at its place; each of the others needs one to three of the 60 before it. Durations are log-normal,
 * median five minutes, sigma 1.0: half of them between 2.5 and 10 minutes, one in a hundred above 50.
 */
import { criticalPath } from '../../src/core/graph.ts'
import type { SimulatedTask } from '../../test/support/scheduler.ts'

export interface Wanted {
  readonly seed: number
  readonly tasks: number
  /** Minutes of each; default: log-normal. */
  readonly minutes?: number
}

const WINDOW = 60
const ROOTS = 1 / 6
const MEDIAN = 5
const SIGMA = 1

export function randomGraph({ seed, tasks, minutes }: Wanted): SimulatedTask[] {
  const random = generator(seed)
  return Array.from({ length: tasks }, (_, n) => {
    const wanted = n === 0 || random() < ROOTS ? 0 : 1 + Math.floor(random() * 3)
    const backs = Array.from({ length: wanted }, () => 1 + Math.floor(random() * Math.min(n, WINDOW)))
    const needs = [...new Set(backs)].map((back) => `t${n - back}`)
    const drawn = MEDIAN * Math.exp(SIGMA * normal(random))
    return { id: `t${n}`, needs, minutes: minutes ?? drawn }
  })
}

export interface Bounds {
  /** Minutes of the longest chain: no number of lanes is faster. */
  readonly path: number
  /** Minutes of all work, shared among the lanes. */
  readonly share: number
}

export function bounds(tasks: readonly SimulatedTask[], lanes: number): Bounds {
  const minutes = new Map(tasks.map((task) => [task.id, task.minutes]))
  const sum = (ids: Iterable<string>) => [...ids].reduce((all, id) => all + (minutes.get(id) ?? 0), 0)
  const path = sum(criticalPath(tasks, (id) => minutes.get(id) ?? 0))
  return { path, share: sum(minutes.keys()) / lanes }
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Standard normal, by Box and Muller. */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
