/** What a person is asked to look at before it begins: tasks that agents have proposed. */
import type { Checkpoint } from '../checkpoint.ts'
import { cut, oneLine, printable } from '../text.ts'

export interface ProposedTask {
  readonly id: string
  readonly name: string
  readonly spec: string
  /** Beside the commands of the loop. */
  readonly verify: readonly string[]
}

/** Proposed tasks that nobody has worked on, while the loop waits for a person; in the order of `ids`. */
export function proposedTasks(checkpoint: Checkpoint | undefined, ids: readonly string[]): ProposedTask[] {
  if (checkpoint?.status !== 'needs_human') return []
  const fresh = checkpoint.remaining_tasks.filter(
    ({ source, attempts_made }) => source !== 'file' && attempts_made === 0,
  )
  const known = new Map(fresh.map((task) => [task.id, task]))
  return ids.flatMap((id) => {
    const task = known.get(id)
    return task === undefined ? [] : [{ id, name: task.name, spec: task.spec, verify: task.verify }]
  })
}

/** Lines of a spec that are shown, and characters of a line; the JSON has all. */
const LINES = 20
const WIDE = 400

/** For a terminal; none where nothing is proposed. */
export function drawProposed(proposed: readonly ProposedTask[]): string[] {
  return proposed.length === 0 ? [] : ['proposed:', ...proposed.flatMap(described)]
}

function described({ id, name, spec, verify }: ProposedTask): string[] {
  const title = oneLine(name)
  const lines = printable(spec).trim().split('\n')
  // The name stands in for a spec that is not there, and the other way round.
  const shown = spec === name || spec === '' ? [] : lines.slice(0, LINES)
  const rest = lines.length - LINES
  return [
    title === '' || title === id ? `  ${id}` : `  ${id}: ${cut(title, WIDE)}`,
    ...shown.map((line) => `    ${cut(line, WIDE)}`.trimEnd()),
    ...(shown.length > 0 && rest > 0 ? [`    … ${rest} more lines: cms plan --json`] : []),
    ...verify.map((command) => `    verify: ${cut(oneLine(command), WIDE)}`),
  ]
}
