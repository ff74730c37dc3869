/** What attempts cost, over many runs of a workflow: each is in the ledger once, however it ended. */
import { describe, expect, test } from '@jest/globals'
import type { Settings } from '../../src/core/settings.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { NO_TOKENS, type Usage } from '../../src/core/usage.ts'
import type { AgentEnd, AgentOutcome } from '../../src/ports/agent.ts'
import { Fleet } from '../support/fleet.ts'
import { loopConfig } from '../support/loop-config.ts'
import { Died } from '../support/mortal.ts'
import { loop, World } from '../support/world.ts'
import { type Act, writes } from '../support/world-agents.ts'

const costs = (usd: number | null): Usage => ({
  usd,
  basis: usd === null ? 'unknown' : 'reported',
  tokens: { ...NO_TOKENS, input: 10, output: 1 },
  minutes: 1,
  agent: 'scripted',
})

const ends =
  (end: AgentEnd, usd: number | null, rest: Partial<AgentOutcome> = {}): Act =>
  (scene) => ({ ...writes(scene), end, usage: costs(usd), ...rest })

/** The machine of the run is lost while the agent works. */
const vanishes: Act = () => {
  throw new Died('the machine is lost')
}

/** Tasks `t0`, `t1`, …, each with what its attempts do. */
function fleetOf(acts: readonly (readonly Act[])[], settings: Partial<Settings> = {}): Fleet {
  const world = new World()
  for (const [n, act] of acts.entries()) world.script.acts.set(`t${n}`, act)
  return new Fleet(world, loopConfig({ ...settings, tasks: acts.map((_, n) => ({ id: `t${n}` })) }))
}

const charges = ({ world }: Fleet): number[] =>
  world.events().flatMap((event) => {
    const { usage } = event
    return event.type === 'attempt_ended' && isUsage(usage) ? [usage.usd ?? Number.NaN] : []
  })

const isUsage = (value: unknown): value is { readonly usd: number | null } =>
  typeof value === 'object' && value !== null && 'usd' in value

describe('an attempt is counted and charged once', () => {
  const ENDS: readonly [end: AgentEnd, goesOn: 'by itself' | 'by the schedule' | 'by a person'][] = [
    ['agent_failed', 'by itself'],
    ['no_result', 'by itself'],
    ['timed_out', 'by itself'],
    ['stalled', 'by itself'],
    ['context_overflow', 'by itself'],
    ['refused', 'by itself'],
    ['interrupted', 'by itself'],
    ['rate_limited', 'by the schedule'],
    ['unavailable', 'by itself'],
    ['auth_failed', 'by a person'],
    ['billing', 'by a person'],
    ['misconfigured', 'by a person'],
  ]

  test.each(ENDS)('that ended as %s, where the loop goes on %s', async (end, goesOn) => {
    const fleet = fleetOf([[ends(end, 0.4), writes]])
    await fleet.press()
    expect(fleet.world.checkpoint().status === 'done').toBe(goesOn === 'by itself')
    if (goesOn === 'by the schedule') await fleet.for(2 * HOUR, HOUR)
    if (goesOn === 'by a person') await fleet.press({ resume: 'true' })
    const { ledger, completed_tasks: done } = fleet.world.checkpoint()
    expect(ledger).toMatchObject({ attempts: 2, usd: 0.65, usd_estimated: 0, minutes: 2 })
    expect(ledger.by_task['t0']).toMatchObject({ attempts: 2, usd: 0.65 })
    expect(ledger.by_agent['scripted']).toMatchObject({ attempts: 2, usd: 0.65 })
    expect(ledger.by_day['2026-11-23']).toMatchObject({ attempts: 2, usd: 0.65 })
    expect(done).toMatchObject([{ attempts: 2, cost: 0.65 }])
    const settled = fleet.world.events().filter(({ type }) => type === 'attempt_ended')
    expect(settled.map(({ verdict }) => verdict)).toEqual([end, 'done'])
  })

  test('whose machine was lost, as an estimate', async () => {
    const fleet = fleetOf([[vanishes, writes]])
    await fleet.press()
    expect(fleet.world.checkpoint().ledger).toMatchObject({ attempts: 1, usd: 0 })
    await fleet.for(4 * HOUR, HOUR)
    expect(fleet.world.checkpoint()).toMatchObject({
      status: 'done',
      ledger: { attempts: 2, usd: 1.25, usd_estimated: 1 },
    })
    // Not the hours until somebody looked, but no less than it was allowed.
    expect(fleet.world.checkpoint().ledger.minutes).toBeLessThanOrEqual(96)
  })

  test('whose machines are lost again and again: three are free, then they count, and it ends', async () => {
    const fleet = fleetOf([[vanishes]])
    await fleet.press()
    await fleet.for(DAY, HOUR)
    expect(fleet.world.checkpoint()).toMatchObject({
      status: 'needs_human',
      ledger: { attempts: 6, usd: 6, usd_estimated: 6 },
      remaining_tasks: [{ losses: 6, attempts_used: 3, state: { at: 'parked' } }],
    })
    expect(fleet.dispatched).toHaveLength(6)
  })
})

describe('a price that nobody knows', () => {
  const unknown = (count: number) => Array.from({ length: count }, () => [ends('ready', null)])

  test('is charged at what was set aside, and marked as an estimate', async () => {
    const fleet = fleetOf(unknown(3), {
      policy: { attempts: 3, usd_per_attempt: 5, reserve_usd: 0.75, escalate: [], retry: 'continue' },
    })
    await fleet.press()
    expect(fleet.world.checkpoint()).toMatchObject({
      status: 'done',
      ledger: { usd: 2.25, usd_estimated: 2.25, tokens: { input: 30, output: 3 } },
      completed_tasks: [{ cost: 0.75 }, { cost: 0.75 }, { cost: 0.75 }],
    })
  })

  test('stands apart from those that are known', async () => {
    const fleet = fleetOf([[ends('ready', null)], [ends('ready', 0.3)]])
    await fleet.press()
    expect(fleet.world.checkpoint().ledger).toMatchObject({ usd: 1.3, usd_estimated: 1 })
    expect(charges(fleet)).toEqual([Number.NaN, 0.3])
  })

  test.each([1, 4])('holds a cap on money with %i lanes all the same', async (parallel) => {
    const fleet = fleetOf(unknown(12), { parallel, budget: { usd: 5 } })
    await fleet.press()
    await fleet.for(2 * HOUR, HOUR)
    expect(fleet.world.checkpoint()).toMatchObject({
      status: 'budget_exhausted',
      next: 'raise budget.usd in .cms/loop.yml, then: cms run',
      ledger: { usd: 5, usd_estimated: 5, attempts: 5 },
    })
    expect(fleet.world.script.worked).toHaveLength(5)
    expect(fleet.red).toHaveLength(1)
  })

  test('holds the cap of a day, and goes on the next', async () => {
    const fleet = fleetOf(unknown(5), { budget: { usd: 100, usd_per_day: 2 } })
    await fleet.press()
    expect(fleet.world.checkpoint()).toMatchObject({ status: 'waiting', ledger: { usd: 2 } })
    await fleet.for(3 * DAY, 6 * HOUR)
    const { status, ledger } = fleet.world.checkpoint()
    expect(status).toBe('done')
    expect(Object.values(ledger.by_day).map(({ usd }) => usd)).toEqual([2, 2, 1])
    expect(fleet.red).toEqual([])
  })

  test('of an agent that says itself what it spent is what it says', async () => {
    const says: Act = (scene) => {
      scene.report({ usage: { usd: 0.1, input_tokens: 7 } })
      return { ...writes(scene), usage: costs(null) }
    }
    const fleet = fleetOf([[says]])
    await fleet.press()
    expect(fleet.world.checkpoint().ledger).toMatchObject({
      usd: 0.1,
      usd_estimated: 0,
      tokens: { input: 7 },
    })
  })
})

test('a budget of minutes is one on agents at work, not on waits', async () => {
  const waits: Act = () => ({ end: 'rate_limited', usage: { ...costs(0), minutes: 0 } })
  const fleet = fleetOf([[waits, waits, waits, writes]], { budget: { minutes: 120 } })
  await fleet.press()
  await fleet.for(6 * HOUR, 30 * MINUTE)
  expect(fleet.world.checkpoint()).toMatchObject({ status: 'done', ledger: { minutes: 4 } })
})

test('many agents at work at once are told no more together than there is, and one alone as much as it may', async () => {
  const told = async (count: number, usd: number) => {
    const world = new World()
    const all = Promise.withResolvers<void>()
    const greedy: Act = async (scene) => {
      if (world.script.worked.length === count) all.resolve()
      await all.promise
      return { ...writes(scene), usage: costs(scene.assignment.usdCap) }
    }
    const tasks = Array.from({ length: count }, (_, n) => ({ id: `t${n}` }))
    for (const { id } of tasks) world.script.acts.set(id, [greedy])
    const budget = { usd, minutes: 100_000 }
    const { checkpoint } = await loop(world.run(), loopConfig({ parallel: count, budget, tasks }))
    return Math.round(checkpoint.ledger.usd * 100) / 100
  }
  expect(await told(10, 10)).toBe(10)
  expect(await told(4, 10)).toBe(10)
  expect(await told(4, 100)).toBe(20)
  expect(await told(1, 10)).toBe(5)
})
