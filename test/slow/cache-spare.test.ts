/** The bundled action, GitHub's own cache client in it, and a state branch that somebody has deleted. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, jest, test } from '@jest/globals'
import { ClientCache } from '../../src/adapters/github/client-cache.ts'
import { CacheMirror } from '../../src/adapters/store/cache-mirror.ts'
import { ActionWorld, loopFile, STATE, task, WORK, writes } from '../support/action-world.ts'
import { CacheServer } from '../support/cache-server.ts'
import { courierOf, git } from '../support/store-worlds.ts'

// Each job is a process with some twenty git commands; a busy machine needs its time.
jest.setTimeout(180_000)

const folder = mkdtempSync(join(tmpdir(), 'cms-spare-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A loop of which `a` and `b` are done, a spare from before or after `b`, and no state branch any more. */
async function lost(version: 'v1' | 'v2', spare: 'before' | 'after' = 'before') {
  await using stack = new AsyncDisposableStack()
  const tasks = (out: string) => loopFile(['a', 'b', 'c'].map((id) => task(id, writes(out, id))))
  const world = stack.use(await ActionWorld.open(tasks))
  const caches = stack.use(await CacheServer.start())
  const service = caches.environment(version)
  // Ours to the client only by this name: see the head of cache-server.ts.
  const server =
    version === 'v1' ? world.server.url : world.server.url.replace('127.0.0.1', 'github.localhost')
  const job = { env: { ...service, GITHUB_SERVER_URL: server } }
  const unkept = { ...job, inputs: { cache: 'false' } }
  await world.runner.job(await world.press(), unkept)
  await world.runner.job(world.waiting(), unkept)
  if (spare === 'before') await keep(world, service)
  await world.runner.job(world.waiting(), unkept)
  if (spare === 'after') await keep(world, service)
  world.server.git('update-ref', '-d', STATE)
  const all = stack.move()
  return { world, caches, job, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

/** Keeps a spare of the state as it is now, as another run would. */
async function keep(world: ActionWorld, service: Readonly<Record<string, string>>) {
  const { server } = world
  const clone = mkdtempSync(join(folder, 'clone-'))
  git(folder, 'clone', '--quiet', server.gitDir, clone)
  const env = { PATH: process.env['PATH'] ?? '', ...service }
  const cache = new ClientCache({ env, temp: folder, say: () => {}, mask: () => {} })
  const mirror = new CacheMirror({
    cache,
    courier: await courierOf(clone, folder, 'remote'),
    directory: folder,
  })
  const spare = { loop: 'main', seq: world.checkpoint().seq, tag: server.git('rev-parse', STATE) }
  expect(await mirror.save(spare)).toBe(true)
}

test.each(['v1', 'v2'] as const)(
  '%s: the schedule finds the spare and stops; a person resumes it',
  async (version) => {
    await using setting = await lost(version)
    const { world, job } = setting
    const { runner, server } = world
    const work = server.git('rev-parse', WORK)

    const found = await runner.job(world.tick(), job)
    expect([found.code, found.outputs['status']]).toEqual([1, 'paused'])
    expect(found.outputs['reason']).toMatch(/^The state branch is gone\. .*Actions cache.*`cms resume`/)
    expect(found.log.match(/^::error::.*/gm)).toEqual([
      expect.stringMatching(/paused: The state branch is gone/),
    ])
    expect(found.log).toMatch(/^cache: Cache restored successfully$/m)
    expect(found.summary).toMatch(/^Recovered loop "main" from a spare/)
    expect(world.checkpoint()).toMatchObject({ status: 'paused', work: { head: work } })
    expect(world.checkpoint().completed_tasks.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(server.git('rev-parse', WORK)).toBe(work)

    const later = await runner.job(world.tick(), job)
    expect([later.code, later.outputs['status'], world.lines('ran')]).toEqual([0, 'paused', ['a', 'b']])

    // The spare waits for the run that did b: it is looked up once it is late.
    await world.later(10)
    runner.carryOn(job)
    await runner.job(await world.press({ resume: 'true' }), job)
    await runner.idle()
    expect([world.checkpoint().status, world.lines('ran')]).toEqual(['done', ['a', 'b', 'c']])
  },
)

test('a spare of the very state that landed the tip takes its place, and the loop goes on', async () => {
  await using setting = await lost('v2', 'after')
  const { world, job } = setting
  world.runner.carryOn(job)
  const ran = await world.runner.job(world.waiting(), job)
  await world.runner.idle()
  expect([ran.code, ran.outputs['task'], ran.outputs['status']]).toEqual([0, 'c', 'done'])
  expect(ran.log).toMatch(/^::warning::The state branch is gone\. .*Actions cache/m)
  expect(world.lines('ran')).toEqual(['a', 'b', 'c'])
})

test('a person who resumes before they know is told first; nothing else is done', async () => {
  await using setting = await lost('v1')
  const { world, job } = setting
  const told = await world.runner.job(await world.press({ resume: 'true' }), job)
  expect([told.code, told.outputs['status'], told.outputs['next-run-url']]).toEqual([1, 'paused', ''])
  expect(world.lines('ran')).toEqual(['a', 'b'])
})

test('with `cache: false` nobody asks the cache', async () => {
  await using setting = await lost('v1')
  const { world, caches, job } = setting
  const asked = caches.requests.length
  const ran = await world.runner.job(world.tick(), { ...job, inputs: { cache: 'false' } })
  expect([ran.code, ran.summary]).toEqual([0, expect.stringContaining('there is no loop "main"')])
  expect(caches.requests).toHaveLength(asked)
})

test.each([
  ['evicted', (caches: CacheServer) => caches.evict()],
  [
    'not seen yet',
    (caches: CacheServer) => void caches.entries.map((entry) => Object.assign(entry, { hidden: 9 })),
  ],
  [
    'damaged',
    (caches: CacheServer) =>
      void caches.entries.map((entry) => Object.assign(entry, { bytes: Buffer.from('x') })),
  ],
  ['refused', (caches: CacheServer) => Object.assign(caches, { mayRead: false })],
])('a spare that is %s is none, and no annotation', async (_, spoil) => {
  await using setting = await lost('v2')
  const { world, caches, job } = setting
  spoil(caches)
  const ran = await world.runner.job(world.tick(), job)
  expect([ran.code, ran.summary]).toEqual([0, expect.stringContaining('there is no loop "main"')])
  expect(ran.log).not.toMatch(/^::(?!add-mask|group|endgroup)/m)
  // A person starts it again: what the work branch shows as done is done.
  world.runner.carryOn(job)
  await world.runner.job(await world.press(), job)
  await world.runner.idle()
  expect([world.checkpoint().status, world.lines('ran')]).toEqual(['done', ['a', 'b', 'c']])
})
