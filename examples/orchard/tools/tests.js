/** The test files, and how they are run. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../test')

/** Names of everything that has a test file, in order. */
export const tested = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.test.js'))
  .map((file) => file.slice(0, -'.test.js'.length))
  .sort()

/** Runs test files in this process; a red test makes it fail. */
export async function runTests(names) {
  for (const name of names) await import(join(FOLDER, `${name}.test.js`))
}
