/** A remote that does not answer while there is work to lose. */
import { expect, test } from '@jest/globals'
import type { Ports } from '../../src/app/ports.ts'
import { LoopError } from '../../src/core/error.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { codeOf, loop, World } from '../support/world.ts'
import { writes } from '../support/world-agents.ts'

const CONFIG = loopConfig({ verify: ['true'], tasks: [{ id: 'api' }] })
const CALLS = ['start', 'ask for lane 1', 'begin', 'settle']

/** Ports whose swaps, from one of these calls on, fail so many times before they come through. */
function deaf(ports: Ports, at: string, times: number, error: LoopError | 'stale'): Ports {
  let calls = 0
  const store = guardedBy(async (call, name) => {
    if (name !== 'swap') return call()
    const late = calls++ - CALLS.indexOf(at)
    if (late < 0 || late >= times) return call()
    if (error === 'stale') return { is: 'stale' }
    throw error
  })(ports.store)
  return { ...ports, store }
}

const unreachable = () => new LoopError('remote-unreachable', 'The remote hung up.')

test('a settle is tried again, and the agent has worked once', async () => {
  const world = new World()
  world.script.acts.set('api', [writes])
  const ended = await loop(deaf(world.run(), 'settle', 5, unreachable()), CONFIG)
  expect(ended.checkpoint.status).toBe('done')
  expect(world.script.worked).toHaveLength(1)
  const warnings = world.told.filter(({ type }) => type === 'warning')
  expect(warnings).toEqual([{ type: 'warning', text: 'The remote hung up. Trying again for ten minutes.' }])
})

test('a begin is not: nothing is lost by giving up', async () => {
  const world = new World()
  expect(await codeOf(loop(deaf(world.run(), 'begin', 1, unreachable()), CONFIG))).toBe('remote-unreachable')
  expect(world.script.worked).toHaveLength(0)
})

test.each([
  ['the remote stays away', unreachable(), 'remote-unreachable'],
  ['others keep saving first', 'stale' as const, 'lost-race'],
])('after ten minutes the work is kept where it can be found: %s', async (_, error, code) => {
  const world = new World()
  world.script.acts.set('api', [writes])
  const before = world.clock.now()
  expect(await codeOf(loop(deaf(world.run(), 'settle', 10_000, error), CONFIG))).toBe(code)
  expect(world.clock.now() - before).toBeGreaterThanOrEqual(10 * 60_000)
  const commit = world.repository.refs.get('refs/heads/cms/main/salvage/api/1') ?? ''
  expect(world.objects.files(commit).get('api.txt')).toBe('done')
  expect(world.told.at(-1)).toMatchObject({ type: 'warning', text: expect.stringContaining('salvage api/1') })
})

const LEFT = [{ ref: 'refs/heads/cms/main/salvage/api/1', because: 'hook declined\nby order' }]
const texts = (world: World) => world.told.flatMap((one) => (one.type === 'warning' ? [one.text] : []))

test('a remote that takes the settle and not the salvage is told of', async () => {
  const world = new World()
  const ports = world.run()
  const store = guardedBy(async (call, name) => {
    const answer = await call()
    return name === 'swap' ? Object.assign({}, answer, { left: LEFT }) : answer
  })(ports.store)
  expect((await loop({ ...ports, store }, CONFIG, { maxIterations: 1 })).checkpoint.ledger.iterations).toBe(1)
  expect(texts(world)).toContain(
    'Unfinished work of an attempt could not be kept as cms/main/salvage/api/1; the loop goes on without it: hook declined by order',
  )
})

test('what is kept nowhere but here is not said to be kept', async () => {
  const world = new World()
  world.script.acts.set('api', [writes])
  const ports = deaf(world.run(), 'settle', 10_000, unreachable())
  const store = guardedBy(async (call, name) => (name === 'keep' ? LEFT : call()))(ports.store)
  expect(await codeOf(loop({ ...ports, store }, CONFIG))).toBe('remote-unreachable')
  expect(texts(world).at(-1)).toMatch(/was not saved. Its work is commit \w+ on this machine.$/)
})

test('a state that the next run could not read is never saved', async () => {
  const world = new World()
  await expect(loop(world.as(''), CONFIG)).rejects.toThrow(/would not be valid: config.run/)
  expect(world.stateTip).toBeUndefined()
  // Nor a change of one that could be read.
  await loop(world.run(), CONFIG, { maxIterations: 0 })
  const before = world.stateTip
  await expect(loop(world.as(''), CONFIG)).rejects.toThrow(/would not be valid/)
  expect(world.stateTip).toBe(before)
})
