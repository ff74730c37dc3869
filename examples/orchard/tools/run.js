/**
 * `node tools/run.js [name…]`: the named test files, or all of them, in one process.
 * A process for each file would cost more than the tests do.
 */
import { runTests, tested } from './tests.js'

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !tested.includes(name))

if (unknown.length > 0) {
  console.error(`no such test file: ${unknown.join(', ')}; there are ${tested.join(', ')}`)
  process.exitCode = 2
} else await runTests(wanted.length > 0 ? wanted : tested)
