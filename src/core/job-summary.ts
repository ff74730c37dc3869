/** The summary of a job: the first line says what this run changed, the rest how the loop stands. */
import type { Checkpoint } from './checkpoint.ts'
import type { ErrorCode } from './error.ts'
import { cell, readme } from './report.ts'
import { printable } from './text.ts'

export interface JobSummary {
  /** A sentence. */
  readonly changed: string
  /** `undefined` when there is no loop. */
  readonly checkpoint: Checkpoint | undefined
  /** Where the runs can be watched that this one asked for. */
  readonly next: readonly string[]
}

export function jobSummary({ changed, checkpoint, next }: JobSummary): string {
  const links = next.map((url) => `Next run: ${url}`)
  return [cell(changed), ...links, ...(checkpoint === undefined ? [] : [readme(checkpoint)])].join('\n\n')
}

export interface Failure {
  /** What happened; the first line is a sentence. */
  readonly message: string
  /** `undefined` for a bug of ours. */
  readonly way: { readonly code: ErrorCode; readonly hint: string } | undefined
  /** How the loop stands, as far as that is known. */
  readonly checkpoint: Checkpoint | undefined
}

/** The summary of a job that failed: what went wrong, the way out, how the loop stands. */
export function failureSummary({ message, way, checkpoint }: Failure): string {
  const [first = '', ...rest] = printable(message).split('\n')
  return [
    `Failed: ${cell(first)}`,
    ...(rest.length === 0 ? [] : [rest.map((line) => `    ${line}`).join('\n')]),
    ...(way === undefined ? [] : [`**Fix:** ${cell(way.hint)}`, `Error code: \`${way.code}\``]),
    ...(checkpoint === undefined ? [] : [readme(checkpoint)]),
  ].join('\n\n')
}

/** `5 of 12 tasks done, $1.20 of $10.00.` */
export function tally({ completed_tasks, remaining_tasks, ledger, config }: Checkpoint): string {
  const cap = config.settings.budget.usd
  const of = cap === undefined ? '' : ` of $${cap.toFixed(2)}`
  return `${completed_tasks.length} of ${completed_tasks.length + remaining_tasks.length} tasks done, $${ledger.usd.toFixed(2)}${of}.`
}
