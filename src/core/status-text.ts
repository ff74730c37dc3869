/** `cms status` and the end of `cms run`, for a terminal. */
import type { Checkpoint } from './checkpoint.ts'
import { laneLines } from './lane-view.ts'
import { questionLines } from './mail-text.ts'
import { loopRefs, shortRef } from './refs.ts'
import { pullRequestLine, spendLines, taskRows } from './report.ts'
import { oneLine, printable } from './text.ts'
import { epoch as msOf } from './time.ts'

/**
 * State, tasks, lanes, cost against caps, why it stopped, what to type next.
 *
 * @param width in columns
 * @param now epoch ms; default, the time of the last change
 */
export function statusText(
  checkpoint: Checkpoint,
  width: number,
  now: number = msOf(checkpoint.updated_at),
): string {
  const { loop, epoch, status, reason, next, work } = checkpoint
  const done = checkpoint.completed_tasks.length
  const total = done + checkpoint.remaining_tasks.length
  const spend = spendLines(checkpoint).map(([name, use]) => `${name} ${use}`)
  const lanes = laneLines(checkpoint, now)
  return [
    `loop ${loop}${epoch > 1 ? ` (epoch ${epoch})` : ''}: ${status.replaceAll('_', ' ')} — ${oneLine(reason)}`,
    '',
    ...columns(taskRows(checkpoint), width),
    '',
    ...(lanes.length === 0
      ? []
      : [
          ...columns(
            lanes.map((line) => [line]),
            width,
          ),
          '',
        ]),
    `${done}/${total} done · ${spend.join(' · ')}`,
    `work  ${shortRef(work.ref)} at ${work.head.slice(0, 9)}`,
    `state ${shortRef(loopRefs(loop, checkpoint.config.settings.refs).state)}`,
    ...pullRequestLine(checkpoint).map(oneLine),
    ...questionLines(checkpoint),
    ...(next === '' ? [] : ['', `next: ${next}`]),
  ].join('\n')
}

/** Pads all but the last column; cuts each line at `width`. */
export function columns(rows: readonly (readonly string[])[], width: number): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, n) =>
    Math.max(0, ...rows.map((row) => (row[n] ?? '').length)),
  )
  return rows.map((row) => {
    const line = row.map((text, n) => (n === count - 1 ? text : text.padEnd(widths[n] ?? 0))).join('  ')
    const flat = printable(line)
      .replace(/\s*\n\s*/g, ' ')
      .trimEnd()
    return flat.length <= width ? flat : `${flat.slice(0, Math.max(1, width - 1))}…`
  })
}
