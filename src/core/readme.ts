/** README.md of the state branch: opening it on the web shows how the loop stands. */
import type { Checkpoint } from './checkpoint.ts'
import { laneTable } from './lane-view.ts'
import { questions } from './mail-text.ts'
import { code, prose, table } from './markdown.ts'
import { shortRef } from './refs.ts'
import { pullRequestLine, spendLines, taskRows } from './report.ts'
import { taskGraph } from './task-graph.ts'

/** It grows with the tasks of the loop, never with its iterations. */
export function readme(checkpoint: Checkpoint): string {
  const { goal, next, epoch, seq, updated_at, work } = checkpoint
  const lines = [
    `# ${title(checkpoint)}`,
    why(checkpoint),
    ...(next === '' ? [] : [`**Next:** ${code(next)}`]),
    ...questions(checkpoint),
    ...(goal === '' ? [] : [`**Goal:** ${prose(goal)}`]),
    ...laneTable(checkpoint),
    taskGraph(checkpoint),
    taskTable(checkpoint),
    table(['Budget', 'Used'], spendLines(checkpoint)),
    ...pullRequestLine(checkpoint).map(prose),
    `Work: \`${shortRef(work.ref)}\` at \`${work.head.slice(0, 9)}\`, started from \`${work.base_ref}\`. Epoch ${epoch}, checkpoint ${seq}, ${updated_at}.`,
    'This branch is the memory of a loop of CMS Iterate. Its history is the log: `cms log` explains every decision.',
  ]
  return `${lines.join('\n\n')}\n`
}

/** ``Loop `main`: needs human`` */
export const title = ({ loop, status }: Checkpoint): string =>
  `Loop \`${loop}\`: ${status.replaceAll('_', ' ')}`

/** Why it stands so, and how far it is. */
export function why({ reason, completed_tasks, remaining_tasks }: Checkpoint): string {
  const done = completed_tasks.length
  return `${prose(reason)} ${done} of ${done + remaining_tasks.length} tasks done.`
}

export const taskTable = (checkpoint: Checkpoint): string =>
  table(['', 'Task', 'State', 'Attempts', 'Cost', ''], taskRows(checkpoint))
