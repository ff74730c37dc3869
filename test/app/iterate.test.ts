/** One iteration in a job: what it makes of its end, and what a merge must not carry along. */
import { expect, test } from '@jest/globals'
import { commit } from '../../src/app/commit.ts'
import { iterate } from '../../src/app/iterate.ts'
import type { Ports } from '../../src/app/ports.ts'
import { iso, MINUTE } from '../../src/core/time.ts'
import { begun } from '../support/lanes-begun.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { writes } from '../support/world-agents.ts'

/** A store whose answer to one change is lost, though it was saved. */
function unanswered(store: Ports['store'], isIt: () => boolean): Ports['store'] {
  let isLost = false
  return guardedBy(async (call, name) => {
    const answer = await call()
    if (name !== 'swap' || isLost || !isIt()) return answer
    isLost = true
    return { is: 'stale' }
  })(store)
}

const TWO = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }] })

test('a run that is interrupted settles what it has, and asks for nobody', async () => {
  const { world, asked, run } = await begun(TWO)
  const [request] = asked
  if (request === undefined) throw new Error('nothing was asked for')
  const ending = new AbortController()
  world.script.acts.set('a', [
    (scene) => {
      ending.abort()
      return { ...writes(scene), end: 'interrupted', because: 'It was interrupted.' }
    },
  ])
  const done = await iterate(world.as('gh:2.1'), run, request, { signal: ending.signal, onward: true })
  expect(done).toMatchObject({ is: 'settled', verdict: 'interrupted', asked: [] })
  expect(world.checkpoint().lanes['1']?.state).toEqual({ at: 'idle' })
})

test('a run that a person has cancelled pauses the loop with its settle', async () => {
  const { world, asked, run } = await begun(TWO)
  const [request] = asked
  if (request === undefined) throw new Error('nothing was asked for')
  const { signal } = new AbortController()
  await iterate(world.as('gh:2.1'), run, request, { signal, onward: false, isCancelled: () => true })
  expect(world.checkpoint()).toMatchObject({ status: 'paused', reason: 'A person cancelled the run.' })
  expect(
    world
      .events()
      .slice(-4)
      .map(({ type }) => type),
  ).toContain('attempt_ended')
})

test('a run that is interrupted during setup starts no agent', async () => {
  const { world, asked, run } = await begun(loopConfig({ setup: ['install'], tasks: [{ id: 'a' }] }))
  const [request] = asked
  if (request === undefined) throw new Error('nothing was asked for')
  const ending = new AbortController()
  world.script.deeds.set('install', () => {
    ending.abort()
    return {}
  })
  const done = await iterate(world.as('gh:2.1'), run, request, { signal: ending.signal, onward: true })
  expect(done).toMatchObject({ is: 'settled', verdict: 'interrupted' })
  expect(world.script.worked).toEqual([])
})

test('an agent has as much time as its job has left beside setup and verification', async () => {
  const { world, run, lane } = await begun(TWO)
  await lane(world.as('gh:2.1'), 0, { ...run, ends: world.clock.now() + 60 * MINUTE })
  expect(world.script.assignments[0]?.agent.timeout).toBe((60 - 10 - 2 * 15 - 10) * MINUTE)
})

test('an agent may spend what is left of the budget, where that is less than an attempt may', async () => {
  const { world, lane } = await begun(loopConfig({ budget: { usd: 1.5 }, policy: { usd_per_attempt: 5 } }))
  await lane(world.as('gh:2.1'), 0)
  expect(world.script.assignments[0]?.usdCap).toBe(1.5)
})

test('what a merge carries into a protected path does not land', async () => {
  const { world, lane } = await begun(loopConfig({ verify: ['slow'], tasks: [{ id: 'a' }] }))
  let verified = 0
  world.script.deeds.set('slow', () => {
    verified += 1
    if (verified === 1) world.push({ 'theirs.txt': 'x' })
    return {}
  })
  const ports = world.as('gh:2.1')
  // As git does it where others have renamed the folder of a file that was changed.
  const rebase: Ports['workspaces']['rebase'] = async (commit, onto) => {
    const tree = await ports.workspaces.rebase(commit, onto)
    const files = tree === undefined ? [] : [...world.objects.files(tree)]
    return world.objects.writeTree(new Map([...files, ['.github/workflows/a.yml', 'on: push']]))
  }
  const workspaces = new Proxy(ports.workspaces, {
    get: (target, name) => {
      const value: unknown = name === 'rebase' ? rebase : Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  expect(await lane({ ...ports, workspaces }, 0)).toMatchObject({
    verdict: 'policy_violation',
    because: expect.stringContaining('.github/workflows/a.yml'),
  })
  expect(verified).toBe(1)
})

test('a begin whose answer was lost asks for the lanes all the same that it has launched', async () => {
  const tasks = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id }))
  const { world, lane, asked } = await begun(loopConfig({ parallel: 6, tasks }))
  expect(asked.map((one) => one.lane)).toEqual(['1', '2', '3', '4'])
  const ports = world.as('gh:2.1')
  const store = unanswered(ports.store, () => true)
  expect(await lane({ ...ports, store }, 0)).toMatchObject({ is: 'settled', verdict: 'done' })
  expect(world.events().filter(({ type, lane: of }) => type === 'lane_begun' && of === '1')).toHaveLength(1)
  expect(world.relay.requests.map((one) => one.lane)).toEqual(['5', '6'])
})

test('a settle whose answer was lost has landed, and makes the calls that it has committed', async () => {
  const { world, lane } = await begun(TWO)
  const ports = world.as('gh:2.1')
  const store = unanswered(ports.store, () => world.checkpoint().completed_tasks.length === 1)
  const done = await lane({ ...ports, store }, 0)
  const state = world.checkpoint().lanes['1']?.state
  const nonce = state?.at === 'dispatched' ? state.nonce : undefined
  expect(done).toMatchObject({ is: 'settled', verdict: 'done', asked: [{ lane: '1', nonce }] })
  const types = world.events().map(({ type }) => type)
  expect(types.filter((type) => type === 'attempt_ended' || type === 'usage_reported')).toHaveLength(1)
  expect(world.checkpoint().ledger.usd).toBe(0.25)
})

test('a settle whose answer was lost while its lane went on knows its own commit', async () => {
  const { world, lane, run } = await begun(TWO)
  const at = iso(world.clock.now())
  // Somebody else saves meanwhile: the commit that lands is not the one that was verified.
  world.script.acts.set('a', [
    async (scene) => {
      await commit(world.as('gh:9.1'), () => ({ events: [{ type: 'schedule_kept', at }], answer: undefined }))
      return writes(scene)
    },
  ])
  const ports = world.as('gh:2.1')
  let next: Promise<unknown> | undefined
  const store = guardedBy(async (call, name) => {
    const answer = await call()
    const state = world.checkpoint().lanes['1']?.state
    if (name !== 'swap' || next !== undefined || state?.at !== 'dispatched') return answer
    if (world.checkpoint().completed_tasks.length === 0) return answer
    const request = { lane: '1', nonce: state.nonce }
    next = iterate(world.as('gh:3.1'), run, request, { signal: new AbortController().signal, onward: true })
    await next
    return { is: 'stale' }
  })(ports.store)
  expect(await lane({ ...ports, store }, 0)).toMatchObject({ is: 'settled', verdict: 'done', asked: [] })
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { usd: 0.5, attempts: 2 } })
})
