/**
 * Writes one price. What it knows is what it is told: with a word of units in its lessons or in the last failure it
 * says the unit, otherwise it does not. Whoever got past a failure leaves a lesson for the others.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const { task, lessons, last_failure: failure } = JSON.parse(readFileSync(process.env.CMS_CONTEXT, 'utf8'))
const outbox = process.env.CMS_OUTBOX

const told = [...lessons.map(({ text }) => text), failure?.tail ?? ''].join('\n')
const knows = /unit/i.test(told)
const value = task.id.length * 7
mkdirSync('src', { recursive: true })
writeFileSync(
  `src/${task.id}.js`,
  `export const amount = ${knows ? `{ value: ${value}, unit: 'EUR' }` : `{ value: ${value} }`}\n`,
)

if (failure !== null) {
  mkdirSync(join(outbox, 'lessons'))
  const lesson = { text: 'Give every amount its unit: { value, unit }.', scope: 'loop', paths: ['src/**'] }
  writeFileSync(join(outbox, 'lessons', 'unit.json'), JSON.stringify(lesson))
}
const summary = knows ? 'The amount says its unit.' : 'The amount is there.'
writeFileSync(join(outbox, 'report.json'), JSON.stringify({ status: 'ready', summary }))
console.log(`${summary} (${lessons.length === 0 ? 'nobody told me anything' : `told: ${lessons[0].text}`})`)
