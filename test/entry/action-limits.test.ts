/** Usage limits and services in trouble, over many runs of a workflow: each a fresh runner, and git their only memory. */
import { describe, expect, test } from '@jest/globals'
import type { Settings } from '../../src/core/settings.ts'
import { epoch, HOUR, iso, MINUTE } from '../../src/core/time.ts'
import { NO_TOKENS } from '../../src/core/usage.ts'
import type { AgentOutcome } from '../../src/ports/agent.ts'
import { Fleet } from '../support/fleet.ts'
import { loopConfig } from '../support/loop-config.ts'
import { loop, World } from '../support/world.ts'
import { type Act, type Scene, writes } from '../support/world-agents.ts'

/** What a program uses that is refused at its first request. */
const usage = { usd: 0, basis: 'reported', tokens: NO_TOKENS, minutes: 0, agent: 'scripted' } as const

const refused = (end: AgentOutcome['end'], resumeAt?: string): Partial<AgentOutcome> => ({
  ...{ end, usage, because: `It ended with ${end}.` },
  ...(resumeAt === undefined ? {} : { resumeAt }),
})

const ids = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `t${n}` }))

interface Setting {
  readonly tasks?: readonly { readonly id: string; readonly agent?: { readonly use: string } }[]
  readonly settings?: Partial<Settings>
  /** What each agent does, of whatever task, told how many were started before it. */
  readonly act: (scene: Scene, before: number, world: World) => Partial<AgentOutcome>
}

function fleetOf({ tasks = ids(1), settings = {}, act }: Setting): Fleet {
  const world = new World()
  const acting: Act = (scene) => act(scene, world.script.worked.length - 1, world)
  for (const { id } of tasks) world.script.acts.set(id, [acting])
  return new Fleet(world, loopConfig({ ...settings, tasks }))
}

/** When agents were started, epoch ms. */
const starts = ({ world }: Fleet): number[] =>
  world.events().flatMap(({ type, at }) => (type === 'task_leased' ? [epoch(at)] : []))

const hoursOf = (fleet: Fleet): string[] => starts(fleet).map((ms) => iso(ms).slice(11, 16))

/** At a time of this day or the next, UTC. */
const at = (hours: number, minutes: number): string =>
  iso(Date.UTC(2026, 10, 23) + hours * HOUR + minutes * MINUTE)

describe('a loop that waits for a limit', () => {
  const reset = at(17, 0)
  const five = () =>
    fleetOf({ act: (scene, before) => (before === 0 ? refused('rate_limited', reset) : writes(scene)) })

  test('spends no minute and no dollar, and asks for no run before the reset', async () => {
    const fleet = five()
    await fleet.press()
    const parked = fleet.world.checkpoint()
    const [tip, runs] = [fleet.world.stateTip, fleet.runs.length]
    expect(parked).toMatchObject({ status: 'waiting', ledger: { usd: 0, minutes: 1, attempts: 1 } })
    await fleet.for(4 * HOUR + 45 * MINUTE)
    expect(fleet.world.stateTip).toBe(tip)
    expect(fleet.dispatched).toHaveLength(1)
    const ticks = fleet.runs.slice(runs)
    expect(ticks.map(({ did }) => did?.changed)).toEqual(
      Array(19).fill(
        expect.stringMatching(/^Nothing changed: The agent has reached a usage limit; waiting until/),
      ),
    )
    // No longer than it takes to give them a machine.
    expect(fleet.minutes(ticks)).toBeLessThan(7)
    expect(fleet.red).toEqual([])
  })

  test('goes on at the first run after the reset, whatever starts that one', async () => {
    for (const wakes of ['tick', 'press'] as const) {
      const fleet = five()
      await fleet.press()
      fleet.world.clock.pass(5 * HOUR + 2 * MINUTE)
      await fleet[wakes]()
      expect(fleet.world.checkpoint()).toMatchObject({
        status: 'done',
        completed_tasks: [{ attempts: 2 }],
        waiting: null,
      })
    }
  })

  test('goes on an hour late when the schedule comes an hour late', async () => {
    const fleet = five()
    await fleet.press()
    await fleet.for(9 * HOUR, 6 * HOUR)
    expect(hoursOf(fleet)).toEqual(['12:00', '18:00'])
    expect(fleet.world.checkpoint().status).toBe('done')
  })

  test('is asked at once when a person says so', async () => {
    const fleet = five()
    await fleet.press()
    await fleet.press({ resume: 'true' })
    expect(fleet.world.checkpoint().status).toBe('done')
  })

  test('keeps the tasks of other agents waiting, too', async () => {
    const tasks = [{ id: 'a' }, { id: 'b', agent: { use: 'another' } }]
    const fleet = fleetOf({
      tasks,
      act: (scene, before) => (before === 0 ? refused('rate_limited', reset) : writes(scene)),
    })
    await fleet.press()
    await fleet.for(4 * HOUR + 45 * MINUTE)
    expect(fleet.world.script.worked.map(({ task }) => task)).toEqual(['a'])
    await fleet.for(HOUR)
    expect(fleet.world.checkpoint().status).toBe('done')
  })

  test('lets what is in flight end and land', async () => {
    const world = new World()
    const limit = Promise.withResolvers<void>()
    world.script.acts.set('a', [() => (limit.resolve(), refused('rate_limited', reset)), writes])
    const slow: Act = async (scene) => {
      await limit.promise
      while (world.checkpoint().waiting === null) await new Promise(setImmediate)
      return writes(scene)
    }
    world.script.acts.set('b', [slow])
    const ended = await loop(
      world.run(),
      loopConfig({ parallel: 2, tasks: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] }),
    )
    expect(ended.checkpoint).toMatchObject({
      status: 'waiting',
      waiting: { wakes: 0, until: expect.stringMatching(/T17:00/) },
    })
    expect(world.landed()).toEqual(['b'])
  })
})

describe('a reset', () => {
  test('that moves each time is followed each time, and costs no attempt', async () => {
    const resets = [at(19, 20), at(23, 20), at(28, 20)]
    const fleet = fleetOf({
      act: (scene, before) => {
        const reset = resets[before]
        return reset === undefined ? writes(scene) : refused('rate_limited', reset)
      },
    })
    await fleet.press()
    await fleet.for(20 * HOUR, 30 * MINUTE)
    expect(hoursOf(fleet)).toEqual(['12:00', '19:30', '23:30', '04:30'])
    expect(fleet.world.checkpoint()).toMatchObject({ status: 'done', ledger: { attempts: 4, minutes: 4 } })
    expect(fleet.dispatched).toHaveLength(4)
    expect(fleet.red).toEqual([])
  })

  test('that nobody names: a limit of five hours is outlasted', async () => {
    const fleet = fleetOf({
      act: (scene, _, { clock }) =>
        clock.now() < epoch(at(17, 0)) ? refused('rate_limited') : writes(scene),
    })
    await fleet.press()
    await fleet.for(8 * HOUR)
    expect(fleet.world.checkpoint().status).toBe('done')
    expect(starts(fleet).length).toBeLessThanOrEqual(7)
  })

  test('that has passed, by a clock that is behind, is asked about less and less often', async () => {
    const fleet = fleetOf({
      act: (scene, _, { clock }) =>
        clock.now() < epoch(at(12, 20)) ? refused('rate_limited', at(12, 0)) : writes(scene),
    })
    await fleet.press()
    await fleet.for(2 * HOUR)
    expect(fleet.world.checkpoint().status).toBe('done')
  })

  test('that is never kept: six wakes without a finished attempt, then a person is asked, once', async () => {
    const fleet = fleetOf({ act: (_, __, { clock }) => refused('rate_limited', iso(clock.now() + 5 * HOUR)) })
    await fleet.press()
    await fleet.for(48 * HOUR, HOUR)
    const paused = fleet.world.checkpoint()
    expect(paused).toMatchObject({
      status: 'paused',
      reason: expect.stringMatching(/^The loop has waited 6 times in a row and could not work: /),
      ledger: { usd: 0, minutes: 7, attempts: 7 },
      remaining_tasks: [{ attempts_used: 0 }],
    })
    expect(fleet.red.map(({ why }) => why)).toEqual(['lane'])
    const tip = fleet.world.stateTip
    await fleet.for(24 * HOUR, 6 * HOUR)
    expect(fleet.world.stateTip).toBe(tip)
    // The count begins again for a person who goes on.
    await fleet.press({ resume: 'true' })
    expect(fleet.world.checkpoint()).toMatchObject({ status: 'waiting', waiting: { wakes: 1 } })
  })

  test('that moves for ten lanes costs one run and one iteration at each wake', async () => {
    const fleet = fleetOf({
      tasks: ids(20),
      settings: { parallel: 10, budget: { usd: 100, minutes: 10_000, iterations: 50 } },
      act: (scene, _, { clock }) =>
        clock.now() < epoch(at(37, 0)) ? refused('rate_limited', iso(clock.now() + 5 * HOUR)) : writes(scene),
    })
    await fleet.press()
    const first = fleet.dispatched.length
    await fleet.for(25 * HOUR, HOUR)
    expect(fleet.world.checkpoint()).toMatchObject({ status: 'waiting', waiting: { wakes: 5 } })
    expect(fleet.dispatched.length - first).toBe(4)
    await fleet.for(9 * HOUR, HOUR)
    expect(fleet.world.checkpoint().status).toBe('done')
    // Once an attempt is finished all lanes are back.
    expect(Object.keys(fleet.world.checkpoint().lanes).length).toBeGreaterThan(4)
  })
})

describe('a service in trouble', () => {
  test('is asked again after 1, 5, 15, 30 and 60 minutes, by machines that do not wait for it', async () => {
    const fleet = fleetOf({ act: () => refused('unavailable') })
    await fleet.press()
    await fleet.for(4 * HOUR, 5 * MINUTE)
    const gaps = starts(fleet).map((ms, n, all) => (ms - (all[n - 1] ?? ms)) / MINUTE)
    for (const [n, least] of [1, 5, 15, 30, 60].entries()) {
      expect(gaps[n + 1]).toBeGreaterThanOrEqual(least)
      expect(gaps[n + 1]).toBeLessThan(least + 8)
    }
    expect(gaps).toHaveLength(6)
    expect(fleet.world.checkpoint()).toMatchObject({
      status: 'paused',
      remaining_tasks: [{ attempts_used: 0 }],
    })
    expect(fleet.red).toHaveLength(1)
    // The two short waits are slept through; 105 minutes of the others are not.
    expect(fleet.minutes(fleet.dispatched)).toBeLessThan(20)
  })

  test('that comes back is no trouble any more: the count begins again', async () => {
    const fleet = fleetOf({
      tasks: ids(4),
      act: (scene, before) => (before % 5 === 4 ? writes(scene) : refused('unavailable')),
    })
    await fleet.press()
    await fleet.for(8 * HOUR)
    expect(fleet.world.checkpoint().status).toBe('done')
    expect(fleet.red).toEqual([])
  })
})

describe('what only a person can mend', () => {
  const rows: readonly [end: AgentOutcome['end'], says: RegExp][] = [
    ['auth_failed', /Mend the credential of the agent\.$/],
    ['billing', /Mend the billing of the agent's account\.$/],
    ['misconfigured', /Mend the agent's settings/],
  ]

  test.each(rows)('%s stops the loop at once, and is never waited for', async (end, says) => {
    let mended = false
    const fleet = fleetOf({ act: (scene) => (mended ? writes(scene) : refused(end)) })
    await fleet.press()
    const tip = fleet.world.stateTip
    await fleet.for(12 * HOUR, 2 * HOUR)
    expect(fleet.world.stateTip).toBe(tip)
    expect(fleet.world.checkpoint()).toMatchObject({
      status: 'paused',
      reason: expect.stringMatching(says),
      waiting: null,
      remaining_tasks: [{ attempts_used: 0, state: { at: 'open' } }],
    })
    expect(fleet.red.map(({ why }) => why)).toEqual(['lane'])
    expect(fleet.world.script.worked).toHaveLength(1)
    mended = true
    await fleet.press({ resume: 'true' })
    expect(fleet.world.checkpoint().status).toBe('done')
  })
})
