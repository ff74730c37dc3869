/** The message of a commit on the work branch: for reviewers first, then our trailers. */

export interface WorkMessage {
  readonly task: { readonly id: string; readonly name: string }
  readonly iteration: number
  /** The checkpoint this commit lands with. */
  readonly seq: number
  readonly summary: string
  /** Subjects of the agent's own commits, folded into this one. */
  readonly subjects: readonly string[]
}

export function workMessage({ task, iteration, seq, summary, subjects }: WorkMessage): string {
  const subject = `${task.id}: ${task.name}`.replace(/\s+/g, ' ').slice(0, 100)
  const folded = subjects.map((line) => `- ${line.slice(0, 200)}`).join('\n')
  const trailers = [`Cms-Task: ${task.id}`, `Cms-Iteration: ${iteration}`, `Cms-Seq: ${seq}`].join('\n')
  return [subject, withoutTrailers(summary), folded, trailers]
    .filter((part) => part.trim() !== '')
    .join('\n\n')
}

/** An agent's words may not forge our trailers. */
const withoutTrailers = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(/^\s*(cms-[a-z]+)\s*:/i, '$1 -'))
    .join('\n')
    .trim()
