/** The bundled action on a runner without the agent, with real npm on a loopback registry. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, jest, test } from '@jest/globals'
import { platformKey } from '../../src/adapters/install/platform.ts'
import type { Job } from '../support/action-runner.ts'
import { ActionWorld, loopFile } from '../support/action-world.ts'
import { NpmRegistry } from '../support/npm-registry.ts'

// Each job is a process with some twenty git commands; a busy machine needs its time.
jest.setTimeout(120_000)

/** Never published: a claude that the machine of the test may have on its PATH is another one. */
const VERSION = '0.0.99'
const RESULT = JSON.stringify({
  ...{ type: 'result', subtype: 'success', is_error: false, terminal_reason: 'completed', num_turns: 1 },
  ...{ result: 'Done.', total_cost_usd: 0, modelUsage: {}, permission_denials: [] },
})

/** Does every task there is, and notes as what it was started. */
const claudeScript = (outside: string, version = VERSION): string =>
  [
    '#!/bin/sh',
    `[ "$1" = --version ] && { echo "${version} (Claude Code)"; exit; }`,
    `echo "$0" >> ${outside}/ran`,
    'mkdir -p out; echo a > out/a.txt; echo b > out/b.txt',
    `echo '${RESULT}'`,
    '',
  ].join('\n')

const task = (id: string) => ({
  id,
  name: `Write ${id}`,
  spec: `Write ${id}.`,
  verify: [`sh checks/has.sh ${id}`],
})

/** A loop for claude, a registry that has it, and the jobs of a runner that has not. */
async function open() {
  const world = await ActionWorld.open(() => loopFile([task('a')], { agent: 'claude' }))
  const registry = await NpmRegistry.start()
  const script = claudeScript(world.outside('.'))
  await registry.publish({
    name: `@anthropic-ai/claude-code-${platformKey()}`,
    version: VERSION,
    files: { claude: script },
    scripts: { postinstall: `touch ${world.outside('script-ran')}`, install: 'exit 1' },
  })
  const job = (inputs: Job['inputs'] = {}): Job => ({
    inputs: { 'agent-version': VERSION, ...inputs },
    env: {
      npm_config_registry: registry.url,
      npm_config_fetch_retries: '0',
      npm_config_cache: join(world.runner.folder, 'npm'),
    },
  })
  return {
    ...{ world, registry, job },
    async [Symbol.asyncDispose]() {
      await registry[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
    },
  }
}

test('a run that starts an agent installs it; runs that start none ask for nothing', async () => {
  await using opened = await open()
  const { world, registry, job } = opened
  const { runner } = world
  await runner.job(await world.press(), job())
  const asked = world.waiting()
  expect(registry.requests).toEqual([])

  const ran = await runner.job(asked, job())
  expect([ran.code, ran.outputs['verdict'], ran.outputs['status']]).toEqual([0, 'done', 'done'])
  expect(ran.log).toMatch(/^agent claude: installing @anthropic-ai\/claude-code-.*@0\.0\.99$/m)
  expect(ran.log).toMatch(/^agent claude: installed .* from npm in \d+s$/m)
  expect(world.lines('ran')).toEqual([
    expect.stringMatching(/_temp\/cms-agents\/claude-0\.0\.99\/package\/claude$/),
  ])
  expect([registry.downloads, existsSync(world.outside('script-ran'))]).toEqual([1, false])

  registry.requests.length = 0
  // The same request once more, and the watchdog.
  const again = await runner.job(await world.press({ ...asked.inputs }), job())
  const tick = await runner.job(world.tick(), job())
  expect([again.code, tick.code, again.summary.split(':')[0]]).toEqual([0, 0, 'Nothing changed'])
  expect(registry.requests).toEqual([])
})

test('a program on the PATH is used as it is', async () => {
  await using opened = await open()
  const { world, registry, job } = opened
  const program = join(world.runner.folder, 'bin', 'claude')
  await writeFile(program, claudeScript(world.outside('.'), '0.0.1'), { mode: 0o755 })
  const ran = await world.runner.job(await world.press(), job({ continue: 'stop', 'agent-version': '' }))
  expect([ran.code, ran.outputs['status']]).toEqual([0, 'done'])
  expect([world.lines('ran'), registry.requests]).toEqual([[program], []])
})

test('a registry in trouble is waited for, and nothing is spent', async () => {
  await using opened = await open()
  const { world, registry, job } = opened
  registry.trouble = 503
  const inputs = job({ continue: 'stop' })
  const ran = await world.runner.job(await world.press(), inputs)
  expect([ran.code, ran.outputs['status']]).toEqual([0, 'waiting'])
  const { waiting, remaining_tasks, ledger } = world.checkpoint()
  expect(waiting).toMatchObject({ cause: 'unavailable', wakes: 1 })
  expect(remaining_tasks[0]).toMatchObject({ attempts_used: 0, attempts: [{ verdict: 'unavailable' }] })
  expect([ledger.usd, world.lines('ran')]).toEqual([0, []])
})

test('a version that is not there stops the loop, and says what to do', async () => {
  await using opened = await open()
  const { world, job } = opened
  const ran = await world.runner.job(
    await world.press(),
    job({ continue: 'stop', 'agent-version': '0.0.98' }),
  )
  expect([ran.code, ran.outputs['status'], world.lines('ran')]).toEqual([1, 'paused', []])
  expect(ran.outputs['reason']).toMatch(/npm does not find @anthropic-ai\/.*@0\.0\.98.*`agent-version`/)
  expect(ran.log).toMatch(/^::error::paused: .*0\.0\.98/m)
})
