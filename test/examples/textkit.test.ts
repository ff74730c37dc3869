/**
 * The example that `cms demo` runs: red exactly where its tasks say, and green after its scripts.
 * The loop file's own commands are run here, so that the test and the demo cannot differ.
 */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { z } from 'zod'
import { agentNames } from '../../src/adapters/agent/registry.ts'
import { readLoopFile } from '../../src/adapters/config/loop-file.ts'

const TEXTKIT = join(import.meta.dirname, '../../examples/textkit')

const loop = await readLoopFile(join(TEXTKIT, '.cms/loop.yml'), { agents: agentNames })
type Task = (typeof loop.tasks)[number]
const taskOf = (id: string): Task => {
  const found = loop.tasks.find((task) => task.id === id)
  if (found === undefined) throw new Error(`no task ${id}`)
  return found
}

const Report = z.object({
  status: z.literal('ready'),
  summary: z.string().min(1).max(1_024),
  outputs: z.record(z.string(), z.json()),
})
type Outputs = Record<string, z.infer<typeof Report>['outputs']>

let root: string
let workspace: string
let outbox: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'textkit-'))
  workspace = join(root, 'work')
  outbox = mkdtempSync(join(root, 'outbox-'))
  cpSync(TEXTKIT, workspace, { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function shell(command: string, env: Record<string, string> = {}): Promise<{ ok: boolean; tail: string }> {
  const options = { cwd: workspace, env: { PATH: process.env['PATH'], ...env } }
  return new Promise((resolve) => {
    execFile('bash', ['-euo', 'pipefail', '-c', command], options, (error, stdout, stderr) =>
      resolve({ ok: error === null, tail: `${stdout}${stderr}`.slice(-4_000) }),
    )
  })
}

const runAll = (commands: readonly string[]) =>
  Promise.all(commands.map(async (command) => ({ command, ...(await shell(command)) })))
const allPass = async (commands: readonly string[]) => (await runAll(commands)).every(({ ok }) => ok)
const isGreen = (id: string): Promise<boolean> => allPass(taskOf(id).verify)
const loopIsGreen = (): Promise<boolean> => allPass(loop.settings.verify)

/** One attempt, as the harness would start it: only the outputs of the task's needs are handed over. */
async function attempt(
  id: string,
  done: Outputs,
  lastFailure: unknown = null,
): Promise<z.infer<typeof Report>> {
  const { name, spec, needs, run } = taskOf(id)
  const outputs = Object.fromEntries(needs.map((need) => [need, done[need]]))
  const context = join(root, 'context.json')
  const assignment = { goal: loop.goal, task: { id, name, spec }, attempt: lastFailure === null ? 1 : 2 }
  writeFileSync(
    context,
    JSON.stringify({ ...assignment, outputs, last_failure: lastFailure, lessons: [], messages: [] }),
  )
  const ran = await shell(run ?? 'false', { CMS_CONTEXT: context, CMS_OUTBOX: outbox })
  if (!ran.ok) throw new Error(ran.tail)
  return Report.parse(JSON.parse(readFileSync(join(outbox, 'report.json'), 'utf8')))
}

async function failureOf(id: string) {
  const failed = (await runAll(taskOf(id).verify)).find(({ ok }) => !ok)
  if (failed === undefined) throw new Error(`${id} is green`)
  return { verdict: 'verify_failed', because: 'exit 1', command: failed.command, tail: failed.tail }
}

test('the loop file is valid, without warnings', () => {
  expect(loop.warnings).toEqual([])
  expect(loop.settings.agent.use).toBe('command')
})

test('at the start every task is red and the loop-level check is green', async () => {
  const tasks = await Promise.all(loop.tasks.map(({ id }) => isGreen(id)))
  expect(tasks).toEqual(loop.tasks.map(() => false))
  expect(await loopIsGreen()).toBe(true)
  expect(await allPass(['node --test-reporter=spec test/run.js reading-time'])).toBe(true)
})

test('five tasks and six attempts, in order, turn everything green', async () => {
  const done: Outputs = {}
  for (const { id } of loop.tasks) {
    done[id] = (await attempt(id, done)).outputs
    if (id === 'csv') done[id] = (await attempt(id, done, await failureOf(id))).outputs
    expect([id, ...(await Promise.all([isGreen(id), loopIsGreen()]))]).toEqual([id, true, true])
  }
  // The last task's own verify is the whole suite.
  expect(taskOf('catalogue').verify.join()).toMatch(/run\.js$/)
})

test('csv fails without the last failure, fails again with another one, and passes with it', async () => {
  await attempt('csv', {})
  const failure = await failureOf('csv')
  expect(failure.tail).toContain('✖ parseCsv: a doubled quote inside quotes stands for one')
  expect(failure.tail).not.toContain('✖ parseCsv: a comma inside quotes')

  await attempt('csv', {}, { ...failure, tail: 'some other test failed' })
  expect(await isGreen('csv')).toBe(false)

  await attempt('csv', {}, failure)
  expect(await isGreen('csv')).toBe(true)
})

test('csv mends itself from a clean tree too, where nothing of the first attempt is left', async () => {
  await attempt('csv', {})
  const failure = await failureOf('csv')
  cpSync(join(TEXTKIT, 'src'), join(workspace, 'src'), { recursive: true })
  await attempt('csv', {}, failure)
  expect(await isGreen('csv')).toBe(true)
})

test('what words hands over decides what slug imports', async () => {
  const { outputs } = await attempt('words', {})
  expect(outputs).toEqual({ module: './words.js', function: 'words' })
  await attempt('slug', { words: { module: './elsewhere.js', function: 'tokens' } })
  expect(readFileSync(join(workspace, 'src/slug.js'), 'utf8')).toContain(
    "import { tokens } from './elsewhere.js'",
  )
  await expect(attempt('excerpt', {})).rejects.toThrow('needs the outputs of words')
})
