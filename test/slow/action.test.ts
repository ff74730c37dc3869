/** The bundled action on a loopback GitHub, one process for each run, as the runner starts it. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, jest, test } from '@jest/globals'
import { TOKEN } from '../support/action-runner.ts'
import { ActionWorld, loopFile, STATE, task, WORK, writes } from '../support/action-world.ts'

// Each job is a process with some twenty git commands; a busy machine needs its time.
jest.setTimeout(120_000)

const BASIC = Buffer.from(`x-access-token:${TOKEN}`).toString('base64')
const knowsToken = (text: string) => text.includes(TOKEN) || text.includes(BASIC)

/** Files below a folder that have the token in them. */
function leaks(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .filter((path) => knowsToken(readFileSync(path, 'latin1')))
}

/** The log without the mask that is asked for, in the way the runner wants it. */
const shown = (log: string) => log.replace(`::add-mask::${TOKEN}\n`, '')

test('four tasks, one run after another, until the loop is done', async () => {
  await using world = await ActionWorld.open((out) =>
    loopFile([
      task('a', `env > ${out}/env; ${writes(out, 'a')}`),
      task('b', writes(out, 'b'), { needs: ['a'] }),
      task('c', writes(out, 'c'), { needs: ['a'] }),
      task('d', writes(out, 'd'), { needs: ['b', 'c'] }),
    ]),
  )
  const { runner, server } = world
  runner.carryOn()
  await runner.job(await world.press())
  await runner.idle()

  const { ran } = runner
  expect(
    ran.map(({ code, outputs }) => [code, outputs['task'], outputs['verdict'], outputs['iteration']]),
  ).toEqual([[0, '', '', ''], ...['a', 'b', 'c', 'd'].map((id, n) => [0, id, 'done', String(n + 1)])])
  expect(ran.at(-1)?.outputs).toMatchObject({
    status: 'done',
    'tasks-done': '4',
    'tasks-total': '4',
    'work-branch': 'cms/main/work',
    'state-branch': 'cms/main/state',
    'next-run-url': '',
  })
  expect(ran[1]?.outputs['next-run-url']).toBe(ran[2]?.run.html_url)
  expect(ran.map(({ summary }) => summary.split('\n')[0])).toEqual([
    'Started loop "main". Asked for lane 1. 0 of 4 tasks done, $0.00 of $10.00.',
    ...['a', 'b', 'c', 'd'].map(
      (id, n) => `i${n + 1} ${id}: done. ${n + 1} of 4 tasks done, $0.00 of $10.00.`,
    ),
  ])

  expect(world.lines('ran')).toEqual(['a', 'b', 'c', 'd'])
  expect(world.checkpoint()).toMatchObject({ status: 'done', remaining_tasks: [] })
  const trailers = server.git(
    'log',
    '--reverse',
    '--format=%(trailers:key=Cms-Task,valueonly,separator=)',
    `main..${WORK}`,
  )
  expect(trailers.split('\n')).toEqual(['a', 'b', 'c', 'd'])
  expect(server.git('ls-tree', '--name-only', STATE).split('\n')).toEqual(['README.md', 'checkpoint.json'])

  const calls = server.requests.filter(({ route }) => route !== 'git').length
  // The first of them is the person's.
  expect(calls - 1).toBeLessThanOrEqual(2 * ran.length)
  expect(runner.gitArguments()).toMatch(/push --atomic/)
  expect(knowsToken(runner.gitArguments())).toBe(false)
  expect(leaks(runner.folder)).toEqual([])
  expect(ran.filter(({ log }) => knowsToken(shown(log)))).toEqual([])
  const environment = readFileSync(world.outside('env'), 'utf8')
  expect(environment).toMatch(/^CMS_TASK=a$/m)
  expect(environment).not.toMatch(/^(GITHUB|INPUT|ACTIONS|RUNNER)_|loopbackToken|runtime-token/m)
})

test.each([
  { head: 'branch', credentials: 'header' },
  { head: 'detached', credentials: 'include' },
] as const)('a checkout on a $head with credentials left as a $credentials', async (job) => {
  await using world = await ActionWorld.open((out) => loopFile([task('a', writes(out, 'a'))]))
  world.runner.carryOn(job)
  await world.runner.job(await world.press(), job)
  await world.runner.idle()
  expect(world.runner.ran.map(({ code }) => code)).toEqual([0, 0])
  expect(world.checkpoint().status).toBe('done')
})

test.each([
  { onward: 'here', runs: 1, done: 2, status: 'done' },
  { onward: 'stop', runs: 1, done: 1, status: 'running' },
])('continue: $onward', async ({ onward, done, status }) => {
  await using world = await ActionWorld.open((out) =>
    loopFile([task('a', writes(out, 'a')), task('b', writes(out, 'b'))]),
  )
  const ran = await world.runner.job(await world.press(), { inputs: { continue: onward } })
  expect(ran.code).toBe(0)
  expect(ran.outputs).toMatchObject({ status, 'tasks-done': String(done) })
  expect(world.lines('ran')).toHaveLength(done)
  expect(world.server.world.runs).toHaveLength(1)
})

test('what an agent says to the runner is not heard', async () => {
  await using world = await ActionWorld.open((out) =>
    loopFile([
      task(
        'a',
        [
          'echo "::set-output name=status::mine"',
          'printf "x\\r::add-mask::a\\n  ::error::b\\n"',
          'echo "##[error]c"; echo "##[command]d" >&2',
          writes(out, 'a'),
        ].join('\n'),
      ),
    ]),
  )
  const ran = await world.runner.job(await world.press(), { inputs: { continue: 'here' } })
  const commands = ran.log.split(/\r\n|\r|\n/).filter((line) => /^\s*::|##\[/.test(line))
  expect(ran.log).toContain('set-output name=status')
  expect(commands.filter((line) => !/^::(add-mask::ghs_|group::|endgroup::)/.test(line))).toEqual([])
  expect(ran.outputs['status']).toBe('done')
})
