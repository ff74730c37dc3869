/** Runs tests in a copy of the tree, up to the first that fails. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { z } from 'zod'

export type Ran =
  | { readonly is: 'green' }
  | { readonly is: 'red'; readonly by: string; readonly test: string }
  /** The tests never came to an end. */
  | { readonly is: 'endless' }

const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
]

function jest(folder: string, args: readonly string[]): ChildProcess {
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  // A group of its own: a test that loops for ever has to go with all that it has started.
  return spawn(process.execPath, [...JEST, ...args], { cwd: folder, stdio: [...stdio], detached: true })
}

async function outputOf(
  child: ChildProcess,
): Promise<{ readonly code: number | null; readonly text: string }> {
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8')
    stream?.on('data', (chunk: string) => chunks.push(chunk))
  }
  const [code] = z.tuple([z.int().nullable(), z.unknown()]).parse(await once(child, 'close'))
  return { code, text: chunks.join('') }
}

const here = (name: string): string => join(import.meta.dirname, name)

/** One failure is enough. */
const BRISK = ['--bail', `--testSequencer=${here('quick-first.js')}`, `--env=${here('first-failure.js')}`]

const MINUTE = 60_000

/** @param tests files under the root. @param minutes after which they are taken to loop for ever. */
export async function runTests(folder: string, tests: readonly string[], minutes: number): Promise<Ran> {
  if (tests.length === 0) return { is: 'green' }
  const flags = [...BRISK, '--silent', '--ci', '--no-color', '--maxWorkers=1']
  const child = jest(folder, [...flags, '--runTestsByPath', ...tests])
  let isEndless = false
  const timer = setTimeout(() => {
    isEndless = true
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }, minutes * MINUTE)
  const { code, text } = await outputOf(child)
  clearTimeout(timer)
  if (isEndless) return { is: 'endless' }
  return code === 0 ? { is: 'green' } : failureIn(text)
}

/** Where a file fails before its first test. */
const BROKEN = 'Test suite failed to run'

/** What Jest says of the first failure. It ends at once then, and writes no report. */
function failureIn(text: string): Ran {
  const [, by] = /^FAIL (\S+)/m.exec(text) ?? []
  const [, test = ''] = /^ {2}● (.*)$/m.exec(text) ?? []
  if (by === undefined) throw new Error(`jest has failed, and says of no test that it has:\n${text}`)
  const [, error = ''] = /^ {4}(\w*Error: .*)$/m.exec(text) ?? []
  return { is: 'red', by, test: test === BROKEN ? `${test}: ${error}` : test }
}

/** Every test file of `npm test` that is in the copy. */
export async function allTests(folder: string): Promise<string[]> {
  const { code, text } = await outputOf(jest(folder, ['--listTests', '--json']))
  if (code !== 0) throw new Error(`the tests cannot be listed:\n${text}`)
  return z
    .array(z.string())
    .parse(JSON.parse(text.slice(text.indexOf('['))))
    .map((path) => path.slice(folder.length + 1))
}
