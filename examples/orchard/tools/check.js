/**
 * The check of everything that is finished so far: every module loads, and the tests of each module
 * that the index exports are green. Tests of the others may be red, so they are not run.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runTests, tested } from './tests.js'

const SRC = join(import.meta.dirname, '../src')
const index = readFileSync(join(SRC, 'index.js'), 'utf8')
const finished = [...index.matchAll(/^export \* from '\.\/(.+)\.js'$/gm)].map(([, name]) => name)

for (const file of readdirSync(SRC)) await import(join(SRC, file))
assert.deepEqual(finished, [...new Set(finished)], 'the index exports a module twice')
assert.deepEqual(
  finished.filter((name) => !tested.includes(name)),
  [],
  'a module has no test file',
)
await runTests(finished)
