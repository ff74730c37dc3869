/** Any number of ticks at once, in any order of their calls, change what one would, and nothing twice. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { dispatchAll } from '../../src/app/dispatch.ts'
import { iterate } from '../../src/app/iterate.ts'
import { restore } from '../../src/app/phases/restore.ts'
import type { Ports } from '../../src/app/ports.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { settingsOf, World } from '../support/world.ts'

const TASKS = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }))
const CONFIG = loopConfig({ tasks: TASKS, parallel: 4 })

/** What a run without a lane does, as the action does it. */
async function ticked(ports: Ports): Promise<void> {
  const run = settingsOf(CONFIG)
  const known = (await restore(ports)) ?? (await startOrContinue(ports, run, { fresh: false, resume: false }))
  const { asked } = await tick(ports, run, known)
  await dispatchAll(ports, 'main', asked)
}

/**
 * A loop of four lanes, yesterday: one died at work, one was cut off by its time limit, one was asked
 * for and never came, one was asked for and still waits for a runner.
 */
async function broken(): Promise<World> {
  const world = new World()
  await ticked(world.as('gh:1.1'))
  const [one, two, three, four] = world.relay.requests
  if (!one || !two || !three || !four) throw new Error('four lanes were to be asked for')
  world.script.onStart = () => {
    throw new Error('killed')
  }
  const signal = new AbortController().signal
  for (const [n, asked] of [one, two].entries()) {
    const dying = world.as(`gh:${n + 2}.1`)
    const gone = iterate(dying, settingsOf(CONFIG), asked, { signal, onward: true })
    await gone.then(
      () => expect('it').toBe('killed'),
      () => world.kill(dying),
    )
  }
  world.relay.states.set('gh:2.1', { is: 'over', how: 'runner_lost' })
  world.relay.states.set('gh:3.1', { is: 'over', how: 'timed_out' })
  world.relay.states.set(three.nonce, { is: 'none' })
  world.relay.states.set(four.nonce, { is: 'waiting' })
  world.clock.pass(DAY)
  world.relay.requests.length = 0
  world.relay.schedule = {}
  return world
}

/** What has to be the same however many ticks there were, and in whatever order. */
function outcome(world: World, since: number) {
  const { lanes, ledger, remaining_tasks, ...rest }: Checkpoint = world.checkpoint()
  const happened = world
    .events()
    .slice(since)
    .map((event) => `${event.type} ${'lane' in event && typeof event.lane === 'string' ? event.lane : ''}`)
  return {
    happened: happened.toSorted(),
    asked: world.relay.requests.map(({ lane }) => lane).toSorted(),
    kept: world.relay.kept,
    lanes: Object.entries(lanes).map(([id, { state }]) => [id, state.at]),
    tasks: remaining_tasks.map(({ id, state, losses, attempts_used }) => [
      id,
      state.at,
      losses,
      attempts_used,
    ]),
    spent: [ledger.iterations, ledger.attempts, ledger.usd],
    status: [rest.status, rest.fence],
  }
}

test('2 to 8 ticks at once', async () => {
  const alone = await broken()
  const before = alone.events().length
  await ticked(alone.as('gh:9.1'))
  const wanted = outcome(alone, before)
  expect(wanted).toMatchObject({ asked: ['1', '2', '3'], kept: 1 })

  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 8 }), async (scheduler, n) => {
      const world = await broken()
      const shuffled = guardedBy(async (call, name) => {
        await scheduler.schedule(Promise.resolve(), name)
        return call()
      })
      const all = Array.from({ length: n }, (_, i) => {
        const ports = world.as(`gh:${i + 9}.1`)
        const { store, relay, host } = ports
        return ticked({
          ...ports,
          store: shuffled(store),
          relay: shuffled(relay),
          host: shuffled(host),
        })
      })
      await scheduler.waitFor(Promise.all(all))
      expect(outcome(world, before)).toEqual(wanted)
      // Each call was for the request that stands in the checkpoint.
      for (const { lane, nonce } of world.relay.requests)
        expect(world.checkpoint().lanes[lane]?.state).toMatchObject({ at: 'dispatched', nonce })
    }),
    { numRuns: 40 },
  )
})

test('and one more a minute later finds nothing to do', async () => {
  const world = await broken()
  await Promise.all(Array.from({ length: 8 }, (_, i) => ticked(world.as(`gh:${i + 9}.1`))))
  world.clock.pass(MINUTE)
  const state = world.stateTip
  const asked = world.relay.requests.length
  await ticked(world.as('gh:99.1'))
  expect([world.stateTip, world.relay.requests.length]).toEqual([state, asked])
})
