/** A plan as text for people. */

import { PLAN } from '../planning.ts'
import { oneLine } from '../text.ts'
import type { Plan, PlannedTask } from './plan.ts'
import { drawGraph } from './plan-graph.ts'
import { drawLanes } from './plan-lanes.ts'
import { drawProposed } from './plan-proposed.ts'

/** Rendered whole; ends without a newline. Drawings fit into `width` columns. */
export function renderPlan(plan: Plan, width = 100): string {
  const { tasks, lanes, loop, goal, blocked, warnings } = plan
  const head = `loop ${loop}${goal === '' ? '' : `: ${short(goal)}`}`
  const counts = `${many(tasks.total, 'task')}: ${tasks.done} done, ${tasks.to_do} to do, on ${many(lanes.used, 'lane')} of ${lanes.allowed}`
  const sections = [
    [head, counts],
    plan.order.length === 0 ? ['Nothing is left to run.'] : table(plan.order),
    drawProposed(plan.proposed),
    drawGraph(plan, width),
    drawLanes(plan, width),
    plan.order.some(({ id }) => id === PLAN)
      ? [`"${PLAN}" proposes the tasks; before it is done, nobody knows how many and what they cost.`]
      : [],
    plan.order.length === 0 ? [] : shape(plan),
    blocked.map(({ id, because }) => `blocked: ${id} (${short(because)})`),
    warnings.map((warning) => `warning: ${warning}`),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
const short = (text: string): string => oneLine(text).slice(0, 100).trimEnd()

function table(order: readonly PlannedTask[]): string[] {
  const rows = order.map((task, index) => [
    String(index + 1),
    String(task.lane),
    String(task.wave),
    task.agent,
    task.id,
    task.needs.length === 0 ? '' : `after ${task.needs.join(', ')}`,
    task.state === 'leased' ? 'runs now' : '',
  ])
  const all = [['#', 'lane', 'wave', 'agent', 'task', '', ''], ...rows]
  const widths =
    all[0]?.map((_, column) => all.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0)) ?? []
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(Math.min(widths[column] ?? 0, 44)))
      .join('  ')
      .trimEnd(),
  )
}

function shape({ critical_path, critical_path_minutes, waves, estimate }: Plan): string[] {
  const path =
    critical_path.length > 12 ? [...critical_path.slice(0, 11), `… ${critical_path.at(-1)}`] : critical_path
  const long = critical_path_minutes === null ? '' : `, about ${Math.ceil(critical_path_minutes)} min`
  const { minutes, elapsed_minutes } = estimate
  const time =
    minutes === null || elapsed_minutes === null
      ? 'time: unknown until a task has finished'
      : `time: about ${Math.ceil(minutes)} min of work, ${Math.ceil(elapsed_minutes)} min from start to end (by ${estimate.minutes_basis})`
  return [
    `waves: ${waves.length}`,
    `critical path: ${path.join(' → ')} (${many(critical_path.length, 'task')}${long})`,
    `cost: about $${estimate.usd.toFixed(2)} (by ${estimate.usd_basis}), at most $${estimate.usd_at_most.toFixed(2)} before the budget's own caps`,
    time,
  ]
}
