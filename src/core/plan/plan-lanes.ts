/** Which lane takes which task when: one line a lane, from left to right. */

import { cut } from '../text.ts'
import type { Plan, PlannedTask } from './plan.ts'

/** Lines that are drawn; of a name, at most so many characters. */
const MOST_LANES = 20
const NAME = 16

/** Lines of at most `width` characters, with a legend before them; none where no task is left. */
export function drawLanes({ order, estimate }: Plan, width: number): string[] {
  if (order.length === 0) return []
  const lanes = [...Map.groupBy(order, ({ lane }) => lane)].toSorted(([a], [b]) => a - b)
  const shown = lanes.slice(0, MOST_LANES)
  const head = `lane ${shown.at(-1)?.[0] ?? 1} `
  const columns = fit(order, width - head.length)
  const rows = shown.map(([lane, tasks]) =>
    cut(`${`lane ${lane} `.padEnd(head.length)}${row(tasks, columns)}`, width),
  )
  const time = estimate.elapsed_minutes === null ? '' : `, about ${Math.ceil(estimate.elapsed_minutes)} min`
  const hidden = lanes.length - shown.length
  return [
    `lanes from start to end${time} (● is on the critical path):`,
    ...rows,
    ...(hidden > 0 ? [`… ${hidden} more lanes`] : []),
  ]
}

/** The column of a moment. */
type Columns = (time: number) => number

/** As true to time as the width allows: the less there is of it, the more the names decide. */
function fit(order: readonly PlannedTask[], width: number): Columns {
  const end = Math.max(...order.map((task) => task.end))
  for (const share of [1, 0.75, 0.5, 0.25]) {
    const columns = place(order, ((width - 1) * share) / end)
    if (columns(end) < width) return columns
  }
  return place(order, 0)
}

/** Every moment stands in its place, or as far behind it as the names of what ends there need. */
function place(order: readonly PlannedTask[], scale: number): Columns {
  const ending = Map.groupBy(order, ({ end }) => end)
  const moments = [...new Set(order.flatMap(({ start, end }) => [start, end]))].toSorted((a, b) => a - b)
  const found = new Map<number, number>()
  let column = 0
  for (const moment of moments) {
    column = Math.max(column, Math.round(moment * scale))
    for (const task of ending.get(moment) ?? [])
      column = Math.max(column, (found.get(task.start) ?? 0) + 1 + label(task).length)
    found.set(moment, column)
  }
  return (time) => found.get(time) ?? 0
}

const label = ({ id, critical }: PlannedTask): string => `${critical ? '●' : ''}${cut(id, NAME)}`

function row(tasks: readonly PlannedTask[], columns: Columns): string {
  let line = ''
  for (const task of tasks) {
    const [from, to] = [columns(task.start), columns(task.end)]
    if (line !== '' && line.length < from) line += '│'
    line = `${line.padEnd(from)}│${label(task).padEnd(to - from - 1, '─')}`
  }
  return `${line}│`
}
