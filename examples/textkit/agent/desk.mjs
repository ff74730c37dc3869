/**
 * What every agent of this example does: read the assignment, edit files where they stand, report.
 * The current folder is the workspace; nothing is known but what the context file says.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** `{ goal, task, attempt, outputs, last_failure, lessons, messages }` */
export const context = JSON.parse(readFileSync(process.env.CMS_CONTEXT, 'utf8'))

/** What a needed task has handed over; a missing one is a mistake in the loop file. */
export function handedOver(task) {
  const outputs = context.outputs[task]
  if (outputs === undefined) throw new Error(`task ${context.task.id} needs the outputs of ${task}`)
  return outputs
}

/** Replaces one passage of a file. Work kept from an earlier attempt may have done it already. */
export function edit(file, { from, to }) {
  const before = readFileSync(file, 'utf8')
  if (before.includes(to)) return
  if (!before.includes(from)) throw new Error(`${file}: the passage to change is not there:\n${from}`)
  writeFileSync(
    file,
    before.replace(from, () => to),
  )
}

/** Says that the work is ready to be verified. It cannot say more: the verify commands decide. */
export function report(summary, outputs = {}) {
  const text = JSON.stringify({ status: 'ready', summary, outputs }, null, 2)
  writeFileSync(join(process.env.CMS_OUTBOX, 'report.json'), `${text}\n`)
  console.log(summary)
}
