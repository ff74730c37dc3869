/**
 * `node test/run.js [name…]`: the named test files, or all of them, in one process.
 * A process for each file would cost more than the tests do.
 */
import { readdirSync } from 'node:fs'

const all = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.test.js'))
  .map((file) => file.slice(0, -'.test.js'.length))
  .sort()
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !all.includes(name))

if (unknown.length > 0) {
  console.error(`no such test file: ${unknown.join(', ')}; there are ${all.join(', ')}`)
  process.exitCode = 2
} else {
  for (const name of wanted.length > 0 ? wanted : all) await import(`./${name}.test.js`)
}
