/** What a run that died has left undone is done by another process of the same run. */
import { describe, expect, test } from '@jest/globals'
import { commit } from '../../src/app/commit.ts'
import { dispatchAll } from '../../src/app/dispatch.ts'
import { iterate } from '../../src/app/iterate.ts'
import type { Ports } from '../../src/app/ports.ts'
import { rescue } from '../../src/app/rescue.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import type { Asked } from '../../src/core/lane.ts'
import { iso } from '../../src/core/time.ts'
import { NO_TOKENS } from '../../src/core/usage.ts'
import { loopConfig } from '../support/loop-config.ts'
import { type Death, Died, mortal } from '../support/mortal.ts'
import { settingsOf, World } from '../support/world.ts'

const TWO = loopConfig({ verify: ['true'], tasks: [{ id: 'a' }, { id: 'b' }] })
const RUN = settingsOf(TWO)
const SELF = 'gh:5.1'

/** A world whose relay knows the requests that reached it, and no others. */
function worldWithRelay(): World {
  const world = new World()
  const { relay } = world
  const dispatch = relay.dispatch.bind(relay)
  relay.dispatch = (request) => {
    relay.states.set(request.nonce, { is: 'waiting' })
    return dispatch(request)
  }
  relay.stateOfRequest = async ({ nonce }) => relay.states.get(nonce) ?? { is: 'none' }
  return world
}

async function firstRequest(world: World): Promise<Asked> {
  const ports = world.as('gh:1.1')
  const started = await startOrContinue(ports, RUN, { fresh: false, resume: false })
  const { asked } = await tick(ports, RUN, started)
  await dispatchAll(ports, 'main', asked)
  const [request] = asked
  if (request === undefined) throw new Error('nothing was asked for')
  return request
}

/** One job of the action, up to its calls for the next ones. */
async function job(ports: Ports, request: Asked): Promise<void> {
  const signal = new AbortController().signal
  const done = await iterate(ports, RUN, request, { signal, onward: true })
  if (done.is === 'settled') await dispatchAll(ports, 'main', done.asked)
}

interface Aftermath {
  readonly world: World
  readonly calls: number
  readonly request: Asked
  /** Ports of another process of the same run: the workspace is where it was. */
  readonly heir: Ports
}

async function died(death: Death | undefined): Promise<Aftermath> {
  const world = worldWithRelay()
  const request = await firstRequest(world)
  const ports = world.as(SELF)
  const main = mortal(ports, death)
  try {
    await job(main.ports, request)
  } catch (error) {
    if (!(error instanceof Died)) throw error
  }
  return { world, calls: main.calls(), request, heir: { ...world.as(SELF), workspaces: ports.workspaces } }
}

/** Runs whatever was asked for until nothing is. */
async function carryOn(world: World, first: Asked): Promise<void> {
  let number = 10
  const begun = new Set<string>()
  for (;;) {
    const next = [first, ...world.relay.requests].find(({ nonce }) => !begun.has(nonce))
    if (next === undefined) return
    begun.add(next.nonce)
    await job(world.as(`gh:${number++}.1`), next)
  }
}

function expectDone(world: World): void {
  expect(world.checkpoint()).toMatchObject({ status: 'done', remaining_tasks: [] })
  expect(world.landed().toSorted()).toEqual(['a', 'b'])
}

const { calls } = await died(undefined)
const DEATHS = Array.from({ length: calls }, (_, n) => n + 1).flatMap((at) => [
  { at, after: false },
  { at, after: true },
])

/** Its agent has worked, and nothing of it is settled. */
const AT_WORK: Death = { at: calls - 3, after: false }

test('there are calls to die at', () => {
  expect(calls).toBeGreaterThan(12)
})

test.each(DEATHS)('dead at call $at (after it took effect: $after): the loop goes on', async (death) => {
  const { world, request, heir } = await died(death)
  await rescue(heir, RUN, { isCancelled: false, onward: true })
  const { lanes } = world.checkpoint()
  const state = lanes['1']?.state
  // It holds nothing any more; and all that it asked for has reached the relay.
  expect(state?.at === 'running' && state.run === SELF).toBe(false)
  if (state?.at === 'dispatched') expect(world.relay.states.get(state.nonce)).toEqual({ is: 'waiting' })
  expect(world.cleared).toContain(SELF)
  // A run that waits for its machine is not asked for a second time.
  const asked = world.relay.requests.map(({ nonce }) => nonce)
  expect(asked).toEqual([...new Set(asked)])
  await carryOn(world, request)
  expectDone(world)
})

test.each(DEATHS)(
  'dead of a cancel at call $at (after: $after): paused, nothing asked for',
  async (death) => {
    const { world, request, heir } = await died(death)
    const before = world.relay.requests.length
    await rescue(heir, RUN, { isCancelled: true, onward: true, asked: request })
    expect(world.relay.requests).toHaveLength(before)
    expect(world.checkpoint()).toMatchObject({ status: 'paused', reason: 'A person cancelled the run.' })
    const state = world.checkpoint().lanes['1']?.state
    // Only the request that began it may be left, or one that had reached the relay.
    const nonces = [request.nonce, ...world.relay.requests.map(({ nonce }) => nonce)]
    if (state?.at === 'dispatched') expect(nonces).toContain(state.nonce)
    else expect(state?.at).toBe('idle')
  },
)

test('what the agent had done is kept, and the attempt costs a free retry', async () => {
  const deaths = DEATHS.filter(({ after }) => after)
  const kept: boolean[] = []
  for (const death of deaths) {
    const { world, heir } = await died(death)
    await rescue(heir, RUN, { isCancelled: false, onward: true })
    const [a] = world.checkpoint().remaining_tasks
    if (a?.id === 'a' && a.attempts.length > 0) {
      expect(a).toMatchObject({ attempts_used: 0, losses: 1 })
      kept.push(a.salvage !== undefined)
    }
  }
  expect(kept).toContain(true)
  expect(kept).toContain(false)
})

test('a run that has nothing of the loop is not heard of', async () => {
  const world = worldWithRelay()
  expect(await rescue(world.as(SELF), RUN, { isCancelled: false, onward: true })).toBeUndefined()
  await firstRequest(world)
  const before = world.stateTip
  expect(await rescue(world.as(SELF), RUN, { isCancelled: false, onward: true })).toMatchObject({ what: [] })
  expect(world.stateTip).toBe(before)
})

test.each(DEATHS.filter(({ after }) => after))(
  'a rescue after a cancel (dead at call $at) that dies itself never leaves the loop running',
  async (death) => {
    for (let at = 1; ; at++) {
      const { world, request, heir } = await died(death)
      const again = mortal(heir, { at, after: true })
      const options = { isCancelled: true, onward: true, asked: request }
      const ended = await rescue(again.ports, RUN, options).catch((error: unknown) => error)
      const { status, lanes } = world.checkpoint()
      const state = lanes['1']?.state
      const holds = state?.at === 'running' && state.run === SELF
      // Until the one commit that settles and pauses, all is as the dead process left it.
      if (!holds && state?.at === 'idle' && status !== 'paused') {
        const untouched = await died(death)
        expect(world.checkpoint().seq).toBe(untouched.world.checkpoint().seq)
      }
      if (!(ended instanceof Died)) return
    }
  },
)

test('what the attempt had used is charged, where its process could still say it', async () => {
  const usage = { usd: 3, basis: 'reported' as const, tokens: NO_TOKENS, minutes: 1, agent: 'claude' }
  const charged: number[] = []
  for (const death of DEATHS) {
    const { world, heir } = await died(death)
    const before = world.checkpoint()
    const held = before.lanes['1']?.state.at === 'running'
    const { iterations } = before.ledger
    await rescue(heir, RUN, { isCancelled: false, onward: true, spent: { iteration: iterations, usage } })
    if (held) charged.push(world.checkpoint().ledger.usd - before.ledger.usd)
  }
  expect(charged.length).toBeGreaterThan(3)
  expect(new Set(charged)).toEqual(new Set([3]))
})

test('what an earlier attempt of its process had used is not charged again', async () => {
  const usage = { usd: 3, basis: 'reported' as const, tokens: NO_TOKENS, minutes: 1, agent: 'claude' }
  const { world, heir } = await died(AT_WORK)
  const { ledger } = world.checkpoint()
  const spent = { iteration: ledger.iterations - 1, usage }
  await rescue(heir, RUN, { isCancelled: false, onward: true, spent })
  expect(world.checkpoint().ledger.usd - ledger.usd).toBe(1)
})

test('what another run holds is not settled', async () => {
  const { world } = await died(AT_WORK)
  const before = world.stateTip
  const options = { isCancelled: false, onward: true }
  expect(await rescue(world.as('gh:6.1'), RUN, options)).toMatchObject({ what: [] })
  expect(world.stateTip).toBe(before)
})

describe('a cancel of a run that had no part in the loop', () => {
  test('leaves a loop at work alone', async () => {
    const world = worldWithRelay()
    await firstRequest(world)
    const before = world.stateTip
    const stale = { lane: '1', nonce: 'another' }
    const options = { isCancelled: true, onward: true, asked: stale }
    expect(await rescue(world.as(SELF), RUN, options)).toMatchObject({ what: [] })
    expect(world.stateTip).toBe(before)
  })

  test('does not hide why a loop needs a person', async () => {
    const { world, heir } = await died(undefined)
    const because = 'Only a person can mend this.'
    const at = iso(world.clock.now())
    await commit(heir, () => ({
      events: [{ type: 'loop_held', at, status: 'needs_human', because, next: '' }],
      answer: undefined,
    }))
    await rescue(heir, RUN, { isCancelled: true, onward: true })
    expect(world.checkpoint()).toMatchObject({ status: 'needs_human', reason: because })
  })
})

test('what another job of the run will settle is left alone; the calls that are outstanding are made', async () => {
  const { world, heir } = await died(AT_WORK)
  const held = () => Object.values(world.checkpoint().lanes).map(({ state }) => state.at)
  expect(held()).toEqual(['running'])
  const rescued = await rescue(heir, RUN, { isCancelled: false, onward: true, settlesLater: true })
  expect([rescued?.what, held()]).toEqual([[], ['running']])
})

test.each(['same', 'clean'] as const)(
  'dead while what it had finished was verified merged (%s): its own work is kept, and no more than that',
  async (verify_in) => {
    const world = worldWithRelay()
    const run = settingsOf(loopConfig({ verify: ['check'], verify_in, tasks: [{ id: 'a' }] }))
    const first = world.as('gh:1.1')
    const started = await startOrContinue(first, run, { fresh: false, resume: false })
    const [request] = (await tick(first, run, started)).asked
    if (request === undefined) throw new Error('nothing was asked for')
    let verified = 0
    world.script.deeds.set('check', () => {
      verified += 1
      // What no agent may touch.
      if (verified === 1) world.push({ '.github/theirs.yml': 'x' })
      if (verified === 2) throw new Died('killed')
      return {}
    })
    const ports = world.as(SELF)
    const signal = new AbortController().signal
    await expect(iterate(ports, run, request, { signal, onward: true })).rejects.toThrow('killed')
    const heir = { ...world.as(SELF), workspaces: ports.workspaces }
    await rescue(heir, run, { isCancelled: false, onward: true })
    const [a] = world.checkpoint().remaining_tasks
    const kept = a?.salvage?.commit ?? ''
    const [base = ''] = world.objects.commit(kept)?.parents ?? []
    const added = [...world.objects.files(kept).keys()].filter((path) => !world.objects.files(base).has(path))
    expect([a?.attempts.at(-1)?.verdict, added]).toEqual(['interrupted', ['a.txt']])
  },
)
