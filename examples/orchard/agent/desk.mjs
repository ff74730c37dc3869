/**
 * What every agent of this example does: read the assignment, think, write files, report.
 * The current folder is the workspace; nothing is known but what the context file says and what
 * is there. A script may find its own earlier work in place: whatever it does, twice is as once.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** `{ goal, task, attempt, outputs, last_failure, lessons, messages }` */
export const context = JSON.parse(readFileSync(process.env.CMS_CONTEXT, 'utf8'))

/** Those that stand in each other's way think longest: they are at work at the same time. */
const THOROUGH = ['basket', 'grade', 'picker', 'units']

/** Thinking takes 0.2 to 1.2 seconds, times `ORCHARD_PACE`; of each task always the same. */
function secondsFor(id) {
  if (THOROUGH.includes(id)) return 1.5
  const number = [...id].reduce((hash, char) => (hash * 31 + char.codePointAt(0)) % 997, 7)
  return 0.2 + number / 997
}

const { last_failure: failure, task } = context
if (failure) console.log(`The last attempt ended with ${failure.verdict}: ${failure.because}`)
await pause(secondsFor(task.id) * 1000 * Number(process.env.ORCHARD_PACE ?? 1))

/** What a needed task has handed over; a missing one is a mistake in the loop file. */
export function handedOver(id) {
  const outputs = context.outputs[id]
  if (outputs === undefined) throw new Error(`task ${task.id} needs the outputs of ${id}`)
  return outputs
}

/** A file as it is now. */
export const read = (file) => readFileSync(file, 'utf8')

/** Writes a file, whatever it was. */
export const write = (file, text) => writeFileSync(file, text)

/** Makes a finished module public: a line in the index and one in the changelog, each in its place. */
export function publish({ area, module, says }) {
  insert('src/index.js', `// ${area}`, `export * from './${module}.js'`)
  insert('CHANGELOG.md', `### ${area}`, `- \`${module}\`: ${says}`)
}

/** Adds a line to the sorted list below a heading, unless it is there. */
function insert(file, heading, line) {
  const lines = read(file).split('\n')
  let at = lines.indexOf(heading) + 1
  if (at === 0) throw new Error(`${file} has no ${heading}`)
  if (lines[at] === '') at += 1
  while (lines[at] !== '' && lines[at] < line) at += 1
  if (lines[at] !== line) write(file, lines.toSpliced(at, 0, line).join('\n'))
}

/** Says that the work is ready to be verified. It cannot say more: the verify commands decide. */
export function report(summary, outputs = {}) {
  const text = JSON.stringify({ status: 'ready', summary, outputs }, null, 2)
  writeFileSync(join(process.env.CMS_OUTBOX, 'report.json'), `${text}\n`)
  console.log(summary)
}
