/** How long a loop takes on many lanes, over the least that any schedule could take; simulated. */
import { levels } from '../../src/core/graph.ts'
import { type SimulatedTask, simulate } from '../../test/support/scheduler.ts'
import { type Bounds, bounds, randomGraph } from './random-graphs.ts'

/** Each over max(longest chain, work / lanes). */
export interface Ratios {
  readonly mean: number
  readonly worst: number
  readonly graphs: number
  /** Graphs whose longest chain left the lanes nothing to decide. */
  readonly rejected: number
}

export interface Measured {
  /** Nothing is known of how long tasks take; an earlier epoch has told. */
  readonly unknown: Ratios
  readonly known: Ratios
  /**
   * The same tasks without any needs, begun in an order that has nothing to do with how long they take:
   * what it costs not to know that, and all that a schedule can be blamed for is what it takes beyond.
   */
  readonly blind: Ratios
  /** Every task takes five minutes, and every run a quarter of a minute to begin. */
  readonly late: Ratios
  /** Waves, each begun when all before it are done, on as many lanes. */
  readonly waves: Ratios
}

const TASKS = 120
const FIVE = 5
const LATENCY = 0.25

export function makespans(graphs: number, lanes: number): Measured {
  const drawn = accepted(graphs, lanes, (seed) => randomGraph({ seed, tasks: TASKS }))
  // They differ by their needs alone, and hardly at that.
  const alike = accepted(Math.ceil(graphs / 4), lanes, (seed) =>
    randomGraph({ seed, tasks: TASKS, minutes: FIVE }),
  )
  const over = (
    { found, rejected }: Accepted,
    makespan: (tasks: readonly SimulatedTask[]) => number,
  ): Ratios => {
    const ratios = found.map(({ tasks, least }) => makespan(tasks) / least)
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
    return { mean, worst: Math.max(...ratios), graphs: ratios.length, rejected }
  }
  return {
    unknown: over(drawn, (tasks) => simulate({ tasks, lanes }).makespan),
    known: over(drawn, (tasks) => simulate({ tasks, lanes, known: true }).makespan),
    blind: over(drawn, (tasks) => inOrder(tasks, lanes)),
    late: over(alike, (tasks) => simulate({ tasks, lanes, latency: () => LATENCY }).makespan),
    waves: over(drawn, (tasks) => inWaves(tasks, lanes)),
  }
}

interface Accepted {
  readonly found: readonly { readonly tasks: readonly SimulatedTask[]; readonly least: number }[]
  readonly rejected: number
}

/** The first graphs, by seed, on which it is the lanes that count. */
function accepted(
  graphs: number,
  lanes: number,
  graph: (seed: number) => readonly SimulatedTask[],
): Accepted {
  const found: { tasks: readonly SimulatedTask[]; least: number }[] = []
  let seed = 0
  for (; found.length < graphs; seed++) {
    const tasks = graph(seed + 1)
    const limits = bounds(tasks, lanes)
    if (isWide(limits)) found.push({ tasks, least: Math.max(limits.path, limits.share) })
  }
  return { found, rejected: seed - graphs }
}

const isWide = ({ path, share }: Bounds): boolean => path < 0.8 * share

/** Minutes when every wave waits for the one before, and within it the longest is begun first. */
function inWaves(tasks: readonly SimulatedTask[], lanes: number): number {
  const nodes = tasks.map(({ id, needs, minutes }) => ({ id, needs, minutes }))
  return levels(nodes).reduce((sum, wave) => sum + longestFirst(wave, lanes), 0)
}

const longestFirst = (wave: readonly Timed[], lanes: number): number =>
  inOrder(
    wave.toSorted((a, b) => b.minutes - a.minutes),
    lanes,
  )

type Timed = Pick<SimulatedTask, 'minutes'>

/** Minutes when each lane takes the next task as soon as it is free. */
function inOrder(tasks: readonly Timed[], lanes: number): number {
  const busy = Array.from({ length: lanes }, () => 0)
  for (const { minutes } of tasks) {
    const first = busy.indexOf(Math.min(...busy))
    busy[first] = (busy[first] ?? 0) + minutes
  }
  return Math.max(...busy)
}
