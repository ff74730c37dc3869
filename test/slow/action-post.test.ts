/** The post step of the bundled action: what the main step could not do any more. */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { expect, jest, test } from '@jest/globals'
import { ActionWorld, loopFile, task, writes } from '../support/action-world.ts'
import { runs } from '../support/processes.ts'

// Each job is two processes with some twenty git commands; a busy machine needs its time.
jest.setTimeout(120_000)

const SALVAGE = 'refs/heads/cms/main/salvage/a/1'

/** The first attempt leaves something, says its process group, and does not end; later ones work. */
const hangsOnce = (out: string) =>
  loopFile([
    task(
      'a',
      `if mkdir ${out}/once 2>/dev/null; then mkdir -p out; echo half > out/half.txt; echo $$ > ${out}/pipe; sleep 60; fi; ${writes(out, 'a')}`,
    ),
    task('b', writes(out, 'b')),
  ])

const hangsNever = (out: string) => loopFile([task('a', writes(out, 'a')), task('b', writes(out, 'b'))])

/** Starts a loop whose first attempt hangs, and waits until it does. */
async function hanging(world: ActionWorld) {
  execFileSync('mkfifo', [world.outside('pipe')])
  await world.runner.job(await world.press())
  const running = await world.runner.start(world.waiting())
  return { ...running, group: Number(await readFile(world.outside('pipe'), 'utf8')) }
}

test('a main step that died: the work is salvaged, the lane goes on, what it left running is ended', async () => {
  await using world = await ActionWorld.open(hangsOnce)
  const { runner, server } = world
  const { child, ended, group } = await hanging(world)
  const before = server.world.runs.length
  child.kill('SIGKILL')
  const { post } = await ended
  expect([post?.code, post?.log]).toEqual([
    0,
    expect.stringMatching(/Attempt 1 of a was interrupted; its work is kept\.\nAsked for lane 1\./),
  ])
  expect(post?.summary).toMatch(/^Attempt 1 of a was interrupted; its work is kept\. Asked for lane 1\.\n/)
  expect(runs(group)).toBe(false)
  expect(server.git('ls-tree', '-r', '--name-only', SALVAGE).split('\n')).toContain('out/half.txt')
  expect(server.world.runs).toHaveLength(before + 1)
  const [a] = world.checkpoint().remaining_tasks
  expect(a?.attempts.map(({ verdict }) => verdict)).toEqual(['interrupted'])

  runner.carryOn()
  await runner.job(world.waiting())
  await runner.idle()
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 3 } })
})

test.each([
  { where: 'setup', dies: 'setup', kept: undefined },
  { where: 'verification, in place', dies: 'verify', kept: ['out/a.txt'] },
])('a main step that died in $where: no file of that is kept as work', async ({ dies, kept }) => {
  await using world = await ActionWorld.open((out) => {
    const once = `if mkdir ${out}/once 2>/dev/null; then echo x > made.xml; echo $$ > ${out}/pipe; sleep 60; fi`
    return loopFile([task('a', writes(out, 'a'))], { [dies]: [once] })
  })
  const { runner, server } = world
  const { child, ended } = await hanging(world)
  child.kill('SIGKILL')
  expect((await ended).post?.code).toBe(0)
  const [a] = world.checkpoint().remaining_tasks
  expect(a?.attempts.map(({ verdict }) => verdict)).toEqual(['interrupted'])
  const changed = a?.salvage && server.git('diff', '--name-only', world.checkpoint().work.head, SALVAGE)
  expect(changed?.split('\n')).toEqual(kept)
  runner.carryOn()
  await runner.job(world.waiting())
  await runner.idle()
  expect(world.checkpoint().status).toBe('done')
  expect(server.git('ls-tree', '-r', '--name-only', 'refs/heads/cms/main/work')).not.toContain('made.xml')
})

test.each([
  ['has deleted the workflow and the loop file', 'rm -rf .github .cms', {}],
  [
    'has moved the refs in the loop file',
    'printf "agent: command\\ntasks: []\\n" > .cms/loop.yml',
    { refs: 'hidden' },
  ],
])('a main step that died after its agent %s: the loop goes on all the same', async (_, deed, more) => {
  const hangs = (out: string) =>
    `if mkdir ${out}/once 2>/dev/null; then ${deed}; echo $$ > ${out}/pipe; sleep 60; fi; ${writes(out, 'a')}`
  await using world = await ActionWorld.open((out) => loopFile([task('a', hangs(out))], more))
  const { runner } = world
  const { child, ended } = await hanging(world)
  child.kill('SIGKILL')
  const { post } = await ended
  expect([post?.code, post?.log]).toEqual([
    0,
    expect.stringMatching(/Attempt 1 of a was interrupted.*\nAsked for lane 1\./),
  ])
  runner.carryOn()
  await runner.job(world.waiting())
  await runner.idle()
  expect(runner.ran.at(-1)?.outputs['status']).toBe('done')
})

test('a main step that a person cancelled and that died of it: the work is salvaged, the loop paused', async () => {
  await using world = await ActionWorld.open(hangsOnce)
  const { runner, server } = world
  const { child, ended } = await hanging(world)
  const before = server.world.runs.length
  // It saves what there is, and does not get through: the post step alone is left.
  server.fail('git', { how: 'silence' })
  const saving = server.nextRequestTo('git')
  child.kill('SIGINT')
  await saving
  child.kill('SIGKILL')
  const { post } = await ended
  expect(post?.code).toBe(0)
  expect(world.checkpoint()).toMatchObject({ status: 'paused', reason: 'A person cancelled the run.' })
  expect(server.git('ls-tree', '-r', '--name-only', SALVAGE).split('\n')).toContain('out/half.txt')
  expect(server.world.runs).toHaveLength(before)

  runner.carryOn()
  await runner.job(await world.press({ resume: 'true' }))
  await runner.idle()
  expect(world.checkpoint().status).toBe('done')
})

test.each([
  { what: 'and was not made', fault: { how: 'silence' }, count: 1 },
  { what: 'and whose answer was lost', fault: { how: 'silence', when: 'after' }, count: 1 },
  {
    what: 'whose answer was lost and whose run is listed late',
    fault: { how: 'silence', when: 'after' },
    count: 1,
    late: 2,
  },
] as const)('a main step that died in the call for the next run, $what: one run', async (row) => {
  const { fault, count } = row
  await using world = await ActionWorld.open(hangsNever)
  const { runner, server } = world
  await runner.job(await world.press())
  const before = server.world.runs.length
  server.fail('dispatch', fault)
  const calling = server.nextRequestTo('dispatch')
  const { child, ended } = await runner.start(world.waiting())
  await calling
  server.world.listedAfter = 'late' in row ? row.late : 0
  child.kill('SIGKILL')
  const { post } = await ended
  expect([post?.code, world.checkpoint().lanes['1']?.state.at]).toEqual([0, 'dispatched'])
  expect(server.world.runs).toHaveLength(before + count)
  runner.carryOn()
  await runner.job(world.waiting())
  await runner.idle()
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 2 } })
})

test('a main step that was cancelled before the call for the next run: none is asked for', async () => {
  await using world = await ActionWorld.open(hangsNever)
  const { runner, server } = world
  await runner.job(await world.press())
  const before = server.world.runs.length
  server.fail('dispatch', { how: 'silence' })
  const calling = server.nextRequestTo('dispatch')
  const { child, ended } = await runner.start(world.waiting())
  await calling
  const heard = new Promise<void>((resolve) => {
    child.stdout?.on('data', (text: string) => {
      if (text.includes('saving what there is')) resolve()
    })
  })
  child.kill('SIGINT')
  await heard
  child.kill('SIGKILL')
  await ended
  expect(server.world.runs).toHaveLength(before)
  expect(world.checkpoint()).toMatchObject({ status: 'paused', lanes: { '1': { state: { at: 'idle' } } } })
  runner.carryOn()
  await runner.job(await world.press({ resume: 'true' }))
  await runner.idle()
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 2 } })
})

test('a main step that has done all it had to: the post step asks nobody anything', async () => {
  await using world = await ActionWorld.open(hangsNever)
  const { runner, server } = world
  await runner.job(await world.press())
  const { post } = await runner.job(world.waiting())
  const seen = server.requests.length
  expect(post).toMatchObject({ code: 0, log: '', summary: '' })
  expect(server.requests).toHaveLength(seen)
})
