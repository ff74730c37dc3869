/** What users of such loops suffer from most, by its name: money that runs away, and breakers that trip wrongly or never. */
import { describe, expect, test } from '@jest/globals'
import { tellLoop } from '../../src/app/people.ts'
import { DAY, HOUR, iso, MINUTE } from '../../src/core/time.ts'
import { NO_TOKENS } from '../../src/core/usage.ts'
import type { AgentOutcome } from '../../src/ports/agent.ts'
import { Fleet } from '../support/fleet.ts'
import { loopConfig } from '../support/loop-config.ts'
import { Died } from '../support/mortal.ts'
import { type Act, type Deed, type Instant, writes } from '../support/world-agents.ts'

const ONE = loopConfig({ tasks: [{ id: 'a', verify: ['tests'] }] })

const costs = (usd: number): Pick<AgentOutcome, 'usage'> => ({
  usage: { usd, basis: 'reported', tokens: NO_TOKENS, minutes: 20, agent: 'scripted' },
})

/** Says that it is finished, and leaves the same files each time. */
const claims: Act = (scene) => ({
  ...writes(scene),
  ...costs(1),
  text: 'All tests pass. The task is COMPLETE.',
})

/** Leaves other files each time. */
const tries: Instant = ({ room, attempt }) => {
  room.files.set('a.txt', `attempt ${attempt}`)
  return costs(1)
}

const vanishes: Act = () => {
  throw new Died('the machine is lost')
}

const limited: Act = () => ({ end: 'rate_limited' })

/** Tests that fail alike, and say so in other words each time: times, lines, paths, addresses. */
function failing(): Deed {
  let ran = 0
  return () => {
    ran += 1
    const place = `/tmp/job-${ran}/src/sum.ts:${ran}:${ran + 7}`
    const address = `0x${(0x1abcdef1 * ran).toString(16)}`
    const tail = `${iso(ran * HOUR)} AssertionError at ${place}: expected 3 to be 4 (${address}, after ${ran}.${ran} s)`
    return { ok: false, tail }
  }
}

function fleetOf(config: typeof ONE, acts: Readonly<Record<string, readonly Act[]>>): Fleet {
  const fleet = Fleet.of(config, acts)
  fleet.world.script.deeds.set('tests', failing())
  return fleet
}

describe('Runaway cost', () => {
  test('eighty-one dispatches, each a fresh run of an agent that claims success: three attempts, then nothing is spent', async () => {
    const fleet = fleetOf(ONE, { a: [claims] })
    for (let n = 0; n < 81; n++) await fleet.press()
    expect(fleet.verdicts).toEqual(['a verify_failed', 'a no_progress', 'a no_progress'])
    expect(fleet.world.checkpoint()).toMatchObject({
      status: 'needs_human',
      ledger: { attempts: 3, iterations: 3, usd: 3 },
      remaining_tasks: [{ attempts_used: 3, state: { at: 'parked' } }],
    })
    expect(fleet.red).toHaveLength(1)
    const idle = fleet.runs.slice(5)
    expect(idle.map(({ did }) => did?.changed)).toEqual(
      idle.map(() => expect.stringMatching(/^Nothing changed: Task "a" is parked/)),
    )
  })

  test('one stuck item over a night: no more than its attempts, and never more than the cap', async () => {
    const dear: Act = (scene) => ({ ...tries(scene), ...costs(scene.assignment.usdCap) })
    const policy = { attempts: 100, usd_per_attempt: 5 }
    const fleet = fleetOf(loopConfig({ policy, tasks: [{ id: 'a', verify: ['tests'] }] }), { a: [dear] })
    await fleet.press()
    await fleet.for(9 * HOUR, 30 * MINUTE)
    expect(fleet.world.checkpoint()).toMatchObject({
      status: 'budget_exhausted',
      ledger: { usd: 10, attempts: 2 },
    })
    expect(fleet.red).toHaveLength(1)
    expect(fleet.minutes(fleet.runs.slice(4))).toBeLessThan(10)
  })

  test('ninety-five events in eighty minutes start nothing that is not due', async () => {
    const fleet = fleetOf(loopConfig({ tasks: [{ id: 'a' }] }), { a: [limited] })
    await fleet.press()
    const [tip, worked] = [fleet.world.stateTip, fleet.world.script.worked.length]
    for (let n = 0; n < 95; n++) {
      await (n % 2 === 0 ? fleet.tick() : fleet.press())
      if (n === 27) expect([fleet.world.stateTip, fleet.world.script.worked.length]).toEqual([tip, worked])
      fleet.world.clock.pass(30_000)
    }
    // Eighty minutes of waits of half an hour: asked again twice at most.
    expect(fleet.world.script.worked.length).toBeLessThanOrEqual(worked + 2)
    expect(fleet.world.checkpoint()).toMatchObject({ ledger: { attempts: fleet.world.script.worked.length } })
  })

  test('hundreds of iterations: fifty by default, and the run that uses up the last is red', async () => {
    const tasks = Array.from({ length: 17 }, (_, n) => ({ id: `t${n}`, verify: ['tests'] }))
    const fleet = fleetOf(
      loopConfig({ tasks }),
      Object.fromEntries(tasks.map(({ id }) => [id, [() => costs(0)]])),
    )
    await fleet.press()
    await fleet.for(4 * HOUR, HOUR)
    const { status, next, ledger } = fleet.world.checkpoint()
    expect([status, ledger.iterations]).toEqual(['budget_exhausted', 50])
    expect(next).toBe('raise budget.iterations in .cms/loop.yml, then: cms run')
    expect(fleet.red).toHaveLength(1)
  })

  test('waiting for a person, for a limit or for tomorrow uses up no iteration', async () => {
    for (const act of [() => ({ end: 'billing' as const }), limited]) {
      const fleet = fleetOf(loopConfig({ tasks: [{ id: 'a' }] }), { a: [act] })
      await fleet.press()
      await fleet.for(25 * MINUTE, 5 * MINUTE)
      expect(fleet.runs.length).toBeGreaterThan(5)
      expect(fleet.world.checkpoint().ledger).toMatchObject({ iterations: 1, attempts: 1 })
    }
  })
})

describe('Circuit breakers wrong both ways', () => {
  const again = ['a verify_failed', 'a no_progress', 'a no_progress']

  test('never: what lies between two failures that are the same does not hide that they are', async () => {
    // As many waits as attempts are remembered; but of lost machines three are all that is free.
    for (const between of [[limited, limited, limited], [vanishes]]) {
      const fleet = fleetOf(ONE, { a: [claims, ...between, claims, ...between, claims] })
      await fleet.press()
      await fleet.for(24 * HOUR, HOUR)
      const told = fleet.verdicts.filter((verdict) => !/rate_limited|runner_lost/.test(verdict))
      expect([told, fleet.verdicts.length]).toEqual([again, 3 + 2 * between.length])
      expect(fleet.world.checkpoint().status).toBe('needs_human')
    }
  })

  test('never: re-runs, the schedule, people who look and a new copy of the same loop file reset nothing', async () => {
    const fleet = fleetOf(ONE, { a: [claims] })
    await fleet.press()
    const parked = fleet.world.checkpoint()
    const copy = new Fleet(fleet.world, { ...ONE, digest: 'written anew' })
    await copy.press()
    await copy.for(DAY, 6 * HOUR)
    await fleet.press({ resume: 'true' })
    const [task] = fleet.world.checkpoint().remaining_tasks
    expect(task).toEqual(parked.remaining_tasks[0])
    expect(fleet.world.script.worked).toHaveLength(3)
  })

  test('never: only a person who says so gives it fresh attempts, and then as many as before', async () => {
    const fleet = fleetOf(ONE, { a: [claims] })
    await fleet.press()
    await tellLoop(fleet.world.run(99), { say: 'retry', task: 'a' })
    await fleet.press()
    expect(fleet.world.script.worked).toHaveLength(6)
    expect(fleet.world.checkpoint().status).toBe('needs_human')
  })

  test('too soon: three good iterations that look alike are three tasks that are done', async () => {
    const alike: Act = (scene) => {
      scene.report({ summary: 'Done.' })
      return { ...writes(scene), text: 'Done.', because: 'Done.' }
    }
    const tasks = ['a', 'b', 'c', 'd'].map((id) => ({ id }))
    const fleet = Fleet.of(loopConfig({ tasks }), Object.fromEntries(tasks.map(({ id }) => [id, [alike]])))
    await fleet.press()
    expect(fleet.world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 4 } })
  })

  test('too soon: attempts that differ are attempts, though the same test goes on failing', async () => {
    const fleet = fleetOf(ONE, { a: [tries] })
    await fleet.press()
    expect(fleet.verdicts).toEqual(['a verify_failed', 'a verify_failed', 'a verify_failed'])
  })

  test('too soon: two tasks that fail alike say nothing of each other, and parked ones hold up only their own', async () => {
    const tasks = ['a', 'b', 'c'].map((id) => ({ id, verify: id === 'c' ? [] : ['tests'] }))
    const policy = { attempts: 1 }
    const same: Act = ({ room }) => (room.files.set('same.txt', 'x'), costs(0))
    const fleet = fleetOf(loopConfig({ policy, tasks }), { a: [same], b: [same] })
    await fleet.press()
    expect(fleet.verdicts).toEqual(['a verify_failed', 'b verify_failed', 'c done'])
  })

  test('too soon: a long attempt is left alone by every tick while its run lives, and is not begun twice', async () => {
    const fleet = Fleet.of(loopConfig({ tasks: [{ id: 'a' }] }))
    const long: Act = async (scene) => {
      const tip = fleet.world.stateTip
      await fleet.for(5 * HOUR)
      expect(fleet.world.stateTip).toBe(tip)
      return writes(scene)
    }
    fleet.world.script.acts.set('a', [long])
    await fleet.press()
    expect(fleet.verdicts).toEqual(['a done'])
    expect(fleet.runs.length).toBeGreaterThan(20)
  })
})
