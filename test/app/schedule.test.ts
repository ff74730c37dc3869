/** The schedule of the workflow is kept switched on: once a day, whoever comes first. */
import { expect, test } from '@jest/globals'
import { tellLoop } from '../../src/app/people.ts'
import { restore } from '../../src/app/phases/restore.ts'
import type { Ports } from '../../src/app/ports.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { loopConfig } from '../support/loop-config.ts'
import { loop, settingsOf, World } from '../support/world.ts'

const CONFIG = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }] })

function scheduled(trouble?: string): World {
  const world = new World()
  world.relay.schedule = trouble === undefined ? {} : { trouble }
  return world
}

async function ticked(ports: Ports) {
  const run = settingsOf(CONFIG)
  const known = (await restore(ports)) ?? (await startOrContinue(ports, run, { fresh: false, resume: false }))
  return tick(ports, run, known)
}

const recorded = (world: World) => world.events().filter(({ type }) => type === 'schedule_kept').length

// Trap 9: after 60 days without a push everything that starts the workflow is switched off.
test('once a day after the first, however many ticks there are', async () => {
  const world = scheduled()
  for (let n = 1; n <= 5; n++) await ticked(world.as(`gh:${n}.1`))
  expect([world.relay.kept, recorded(world)]).toEqual([0, 0])
  world.clock.pass(DAY)
  const before = world.checkpoint()
  const state = world.repository.states.size
  for (let n = 6; n <= 9; n++) await ticked(world.as(`gh:${n}.1`))
  expect([world.relay.kept, recorded(world)]).toEqual([1, 1])
  // That is all there was to do: one commit, and nothing but the day has changed.
  expect(world.repository.states.size - state).toBe(1)
  const { schedule_kept, seq, updated_at } = world.checkpoint()
  expect(world.checkpoint()).toEqual({ ...before, schedule_kept, seq, updated_at })
})

test('once a day, however many ticks come at once', async () => {
  const world = scheduled()
  await ticked(world.as('gh:1.1'))
  world.clock.pass(DAY)
  await Promise.all(Array.from({ length: 8 }, (_, n) => ticked(world.as(`gh:${n + 2}.1`))))
  expect([world.relay.kept, recorded(world)]).toEqual([1, 1])
})

test('trouble is a note, and is left alone until the next day', async () => {
  const world = scheduled('Resource not accessible by integration')
  const first = await ticked(world.as('gh:1.1'))
  expect(first.asked).toHaveLength(1)
  world.clock.pass(DAY)
  await ticked(world.as('gh:2.1'))
  await ticked(world.as('gh:4.1'))
  expect(world.relay.kept).toBe(1)
  expect(world.told.filter(({ type }) => type === 'note')).toHaveLength(1)
  expect(world.told.filter(({ type }) => type === 'warning')).toEqual([])
  world.clock.pass(DAY)
  await ticked(world.as('gh:3.1'))
  expect(world.relay.kept).toBe(2)
})

test('not while the loop waits for a person', async () => {
  const world = scheduled()
  await ticked(world.as('gh:1.1'))
  await tellLoop(world.as('gh:2.1'), { say: 'stop', because: 'enough' })
  const state = world.stateTip
  world.clock.pass(3 * DAY)
  await ticked(world.as('gh:3.1'))
  expect([world.relay.kept, world.stateTip]).toEqual([0, state])
  await tellLoop(world.as('gh:4.1'), { say: 'resume' })
  await ticked(world.as('gh:5.1'))
  expect(world.relay.kept).toBe(1)
})

test('not for a finished loop', async () => {
  const world = new World()
  await loop(world.run(), CONFIG)
  world.relay.schedule = {}
  world.clock.pass(3 * DAY)
  const state = world.stateTip
  await ticked(world.as('gh:1.1'))
  expect([world.checkpoint().status, world.relay.kept, world.stateTip]).toEqual(['done', 0, state])
})

test('while the loop waits by itself', async () => {
  const world = scheduled()
  world.script.acts.set('a', [() => ({ end: 'rate_limited', resumeAt: '2026-11-28T12:00:00.000Z' })])
  await loop(world.run(), CONFIG)
  expect(world.checkpoint().status).toBe('waiting')
  const { kept } = world.relay
  world.clock.pass(DAY)
  await ticked(world.as('gh:1.1'))
  expect(world.relay.kept - kept).toBe(1)
})

test('never in a terminal', async () => {
  const world = new World()
  await loop(world.run(), CONFIG)
  expect([world.relay.kept, recorded(world), 'schedule_kept' in world.checkpoint()]).toEqual([0, 0, false])
})

test('a new epoch of the same day does not do it again', async () => {
  const world = scheduled()
  await ticked(world.as('gh:1.1'))
  world.clock.pass(DAY)
  await ticked(world.as('gh:2.1'))
  await loop(world.as('gh:2.1'), CONFIG)
  world.clock.pass(HOUR)
  await loop(world.as('gh:3.1'), CONFIG, { fresh: true })
  expect([world.checkpoint().epoch, world.relay.kept]).toEqual([2, 1])
})
