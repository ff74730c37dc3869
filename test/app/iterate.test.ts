/** One iteration in a job: what it makes of its end, and what a merge must not carry along. */
import { expect, test } from '@jest/globals'
import { iterate } from '../../src/app/iterate.ts'
import type { Ports } from '../../src/app/ports.ts'
import { MINUTE } from '../../src/core/time.ts'
import { begun } from '../support/lanes-begun.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { writes } from '../support/world-agents.ts'

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
  let isLost = false
  const store = guardedBy(async (call, name) => {
    const answer = await call()
    if (name !== 'swap' || isLost) return answer
    isLost = true
    return { is: 'stale' }
  })(ports.store)
  expect(await lane({ ...ports, store }, 0)).toMatchObject({ is: 'settled', verdict: 'done' })
  expect(world.events().filter(({ type, lane: of }) => type === 'lane_begun' && of === '1')).toHaveLength(1)
  expect(world.relay.requests.map((one) => one.lane)).toEqual(['5', '6'])
})
