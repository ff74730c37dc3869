/** What one run of the action does, in a world in memory. */
import { describe, expect, test } from '@jest/globals'
import { tellLoop } from '../../src/app/people.ts'
import type { LoopConfig } from '../../src/core/settings.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import type { ActionDid, ActionRun } from '../../src/entry/action-did.ts'
import { type ActionJob, actionJob } from '../support/action-job.ts'
import { loopConfig } from '../support/loop-config.ts'
import { REFS, World } from '../support/world.ts'
import { type Act, writes } from '../support/world-agents.ts'

const CONFIG = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }] })

/** One job of the loop's workflow. */
const job = (world: World, one: Omit<ActionJob, 'config'> & { readonly config?: LoopConfig }) =>
  actionJob(world, { config: CONFIG, ...one })

describe('continue: here', () => {
  test('beside a run at work it says so, changes nothing, and ends green', async () => {
    const world = new World()
    const beside: ActionDid[] = []
    world.script.acts.set('a', [
      async (scene) => {
        const state = world.stateTip
        beside.push(await job(world, { run: 2, onward: 'here', event: 'schedule' }))
        expect(world.stateTip).toBe(state)
        return writes(scene)
      },
    ])
    await job(world, { run: 1, onward: 'here' })
    expect(beside.map(({ changed }) => changed)).toEqual([
      expect.stringMatching(/^Nothing changed: .*gh:1\.1/),
    ])
    expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 2 } })
  })
})

describe('the time of a job', () => {
  /** A job of two hours whose first attempt takes as long as said. */
  async function after(minutes: number, config = CONFIG) {
    const world = new World()
    world.script.acts.set('a', [
      (scene) => {
        world.clock.pass((minutes - 1) * MINUTE)
        return writes(scene)
      },
    ])
    const did = await job(world, { run: 1, onward: 'here', config })
    const timeouts = world.script.assignments.map(({ agent }) => Math.round(agent.timeout / MINUTE))
    return { did, timeouts }
  }

  test.each([
    [20, [45, 45]],
    [40, [45, 30]],
    [64, [45, 6]],
  ])('is shared out: after %d min the next agent gets what is left', async (minutes, timeouts) => {
    expect(await after(minutes)).toMatchObject({ timeouts, did: { after: { status: 'done' } } })
  })

  test.each([66, 80, 108])('is over for new attempts: after %d min none begins', async (minutes) => {
    const { did, timeouts } = await after(minutes)
    expect(timeouts).toEqual([45])
    expect(did).toMatchObject({
      red: false,
      after: { status: 'running', ledger: { iterations: 1 }, lanes: { 1: { state: { at: 'idle' } } } },
    })
  })

  test('is cut in the form with one iteration a job, too', async () => {
    const world = new World()
    await job(world, { run: 1 })
    const [request] = world.relay.requests
    if (request === undefined) throw new Error('nothing was asked for')
    await job(world, { run: 2, inputs: { ...request, 'job-minutes': '60' } })
    expect(world.script.assignments.map(({ agent }) => agent.timeout)).toEqual([10 * MINUTE])
  })
})

describe('a re-run is a tick', () => {
  const onwards = ['dispatch', 'here', 'stop'] as const

  test.each(onwards)('continue: %s: it begins no new epoch and no iteration', async (onward) => {
    const world = new World()
    await job(world, { run: 1, onward, inputs: { fresh: 'true' } })
    const [epoch, worked] = [world.checkpoint().epoch, world.script.worked.length]
    const again = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }], restart: 'when_done' })
    const did = await job(world, { run: 1, attempt: 2, onward, inputs: { fresh: 'true' }, config: again })
    expect([world.checkpoint().epoch, world.script.worked.length]).toEqual([epoch, worked])
    expect(did).toMatchObject({ red: false, changed: expect.stringMatching(/^Nothing changed/) })
  })

  test.each(onwards)('continue: %s: it neither stops nor resumes', async (onward) => {
    const world = new World()
    await job(world, { run: 1 })
    await job(world, { run: 2, attempt: 2, onward, inputs: { stop: 'true' } })
    expect(world.checkpoint().hold).toBeNull()
    await job(world, { run: 3, inputs: { stop: 'true' } })
    await job(world, { run: 4, attempt: 2, onward, inputs: { resume: 'true' } })
    expect(world.checkpoint().status).toBe('paused')
  })

  test.each(onwards)('continue: %s: it repairs what died', async (onward) => {
    const world = new World()
    world.script.acts.set('a', [
      () => {
        throw new Error('killed')
      },
    ])
    await expect(job(world, { run: 1, onward: 'here' })).rejects.toThrow('killed')
    world.relay.states.set('gh:1.1', { is: 'over', how: 'runner_lost' })
    world.clock.pass(DAY)
    await job(world, { run: 1, attempt: 2, onward })
    expect(world.checkpoint().remaining_tasks[0]).toMatchObject({ state: { at: 'open' }, losses: 1 })
    expect(world.relay.requests).toHaveLength(onward === 'dispatch' ? 1 : 0)
    expect(world.checkpoint().lanes['1']?.state.at).toBe(onward === 'dispatch' ? 'dispatched' : 'idle')
  })

  test('of a run that never got so far as to begin the loop begins it', async () => {
    const world = new World()
    await job(world, { run: 1, attempt: 2, onward: 'here', inputs: { fresh: 'true' } })
    expect(world.checkpoint()).toMatchObject({ status: 'done', epoch: 1 })
  })
})

describe('red', () => {
  const fails: Act = () => ({ end: 'auth_failed', because: 'The key is wrong.' })
  const pauses =
    (world: World): Act =>
    async (scene) => {
      await tellLoop(world.run(9), { say: 'stop', because: 'A person stopped the loop.' })
      return writes(scene)
    }

  async function one(act: (world: World) => Act, onward: ActionRun['onward']) {
    const world = new World()
    world.script.acts.set('a', [act(world)])
    if (onward === 'here') return { world, did: await job(world, { run: 1, onward }) }
    await job(world, { run: 1 })
    const [request] = world.relay.requests
    if (request === undefined) throw new Error('nothing was asked for')
    return { world, did: await job(world, { run: 2, inputs: { ...request } }) }
  }

  test.each(['dispatch', 'here'] as const)(
    'continue: %s: the run that stops the loop, and no later one',
    async (onward) => {
      const { world, did } = await one(() => fails, onward)
      expect(did).toMatchObject({ red: true, after: { status: 'paused' } })
      expect(await job(world, { run: 3, onward })).toMatchObject({ red: false, after: { status: 'paused' } })
    },
  )

  test.each(['dispatch', 'here'] as const)(
    'continue: %s: not the run under which a person pauses it',
    async (onward) => {
      const { did } = await one(pauses, onward)
      expect(did).toMatchObject({ red: false, after: { status: 'paused' } })
    },
  )

  test('the run that spends the budget, also in its first commit', async () => {
    const config = loopConfig({ budget: { deadline: '2026-11-23T11:00:00Z' } })
    const did = await job(new World(), { run: 1, config })
    expect(did).toMatchObject({ red: true, after: { status: 'budget_exhausted' } })
  })

  test('not the run by which a person stops the loop', async () => {
    const world = new World()
    await job(world, { run: 1 })
    expect(await job(world, { run: 2, inputs: { stop: 'true' } })).toMatchObject({ red: false })
  })

  test('every resume that cannot be obeyed', async () => {
    const world = new World()
    await job(world, { run: 1 })
    world.repository.refs.delete(REFS.work)
    expect(await job(world, { run: 2 })).toMatchObject({ red: true, after: { status: 'needs_human' } })
    for (const run of [3, 4])
      expect(await job(world, { run, inputs: { resume: 'true' } })).toMatchObject({ red: true })
    expect(await job(world, { run: 5 })).toMatchObject({ red: false })
  })
})

describe('told', () => {
  const config = loopConfig({ tasks: [{ id: 'a' }], notify: 'HOOK' })
  const told = (world: World) => world.notifier.sent.map(({ note }) => note['status'])

  test.each(['dispatch', 'here'] as const)('continue: %s: the end, once', async (onward) => {
    const world = new World()
    await job(world, { run: 1, onward, config })
    const [request] = world.relay.requests
    await job(world, { run: 2, onward, config, inputs: { ...request } })
    await job(world, { run: 3, onward, config, event: 'schedule' })
    expect(told(world)).toEqual(['done'])
  })

  test('each time it stops by itself, and never when a person stopped it', async () => {
    const world = new World()
    world.script.acts.set('a', [() => ({ end: 'auth_failed', because: 'The key is wrong.' })])
    await job(world, { run: 1, onward: 'here', config })
    await job(world, { run: 2, onward: 'here', config, inputs: { resume: 'true' } })
    expect(told(world)).toEqual(['paused', 'paused'])
    await job(world, { run: 3, config, inputs: { resume: 'true' } })
    await job(world, { run: 4, config, inputs: { stop: 'true' } })
    expect(world.checkpoint().status).toBe('paused')
    expect(told(world)).toHaveLength(2)
  })
})

test('the chain comes first: the next run is asked for before the pull request', async () => {
  const world = new World()
  await job(world, { run: 1 })
  const [request] = world.relay.requests
  let asked = 0
  Object.assign(world.pullRequests, {
    open: async () => {
      asked = world.relay.requests.length
      return { is: 'open', number: 12 }
    },
  })
  const did = await job(world, { run: 2, inputs: { ...request } })
  expect([asked, did.after?.pull_request.number]).toEqual([2, 12])
})
