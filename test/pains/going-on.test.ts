/** What users of such loops suffer from most, by its name: loops that do nothing, stand still, or run into limits. */
import { describe, expect, test } from '@jest/globals'
import { claude } from '../../src/adapters/agent/claude.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { assignment, exit } from '../support/assignment.ts'
import { Fleet } from '../support/fleet.ts'
import { loopConfig } from '../support/loop-config.ts'
import { Died } from '../support/mortal.ts'
import { REFS } from '../support/world.ts'
import { type Act, type Instant, writes } from '../support/world-agents.ts'

const ids = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `t${n}` }))
const ONE = loopConfig({ tasks: [{ id: 'a' }] })

const vanishes: Act = () => {
  throw new Died('the machine is lost')
}

/** What Claude Code has printed, as its adapter reads it. */
const printed =
  (...events: readonly object[]): Instant =>
  () => {
    const reader = claude.reader(assignment())
    for (const event of events) reader.line(JSON.stringify(event))
    const { is_error } = { is_error: false, ...events.at(-1) }
    return reader.end(exit({ code: is_error ? 1 : 0, ms: 1_000 }))
  }

const result = (rest: object) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  num_turns: 1,
  ...rest,
})

describe('Green run, nothing done', () => {
  test('an agent that ends well and has changed nothing is not done, and the run that gives up is red', async () => {
    const fleet = Fleet.of(ONE, { a: [printed(result({ result: 'All done!', total_cost_usd: 0 }))] })
    await fleet.press()
    await fleet.for(6 * HOUR, HOUR)
    expect(fleet.verdicts).toEqual(['a no_progress', 'a no_progress', 'a no_progress'])
    expect(fleet.world.checkpoint()).toMatchObject({ status: 'needs_human', next: 'cms retry a' })
    expect(fleet.red).toEqual([fleet.dispatched.at(-1)])
  })

  test('an agent all of whose tools were denied is not done, whatever files are there', async () => {
    const denied: Act = (scene) => ({
      ...writes(scene),
      ...printed(
        { type: 'assistant', message: { content: [{ type: 'tool_use', name: 'Bash', input: {} }] } },
        result({ result: 'Finished.', permission_denials: [{ tool_name: 'Bash' }] }),
      )(scene),
    })
    const fleet = Fleet.of(ONE, { a: [denied] })
    await fleet.press()
    expect(fleet.verdicts[0]).toBe('a no_progress')
    expect(fleet.world.landed()).toEqual([])
  })

  test('each run says in its first line what it changed, or that it changed nothing; and so it is', async () => {
    const fails: Act = () => ({ end: 'agent_failed', because: 'It fell over.' })
    const fleet = Fleet.of(loopConfig({ tasks: [{ id: 'a' }, { id: 'b', needs: ['a'] }] }), {
      a: [fails, writes],
      b: [vanishes, fails],
    })
    await fleet.press()
    await fleet.for(8 * HOUR, HOUR)
    const lines = fleet.runs.flatMap(({ did, hasSaved }) =>
      did === undefined ? [] : [{ line: did.changed, hasSaved }],
    )
    expect(lines.length).toBeGreaterThan(8)
    for (const { line, hasSaved } of lines) {
      expect(line).toMatch(/^\S[^\n]*\.$/)
      expect([line, /^Nothing changed/.test(line)]).toEqual([line, !hasSaved])
    }
    // What stands still says so each time, and why.
    expect(lines.at(-1)?.line).toMatch(/Task "b" is parked/)
  })
})

describe('Hang or silent death', () => {
  test('a service that fails four times in a row: each time a wake is set, and the last one goes on', async () => {
    const failing = printed(result({ is_error: true, api_error_status: 500, terminal_reason: 'api_error' }))
    const fleet = Fleet.of(ONE, { a: [failing, failing, failing, failing, writes] })
    await fleet.press()
    await fleet.for(5 * HOUR)
    expect(fleet.verdicts).toEqual([...Array(4).fill('a unavailable'), 'a done'])
    expect(fleet.world.clock.now() - Date.UTC(2026, 10, 23, 12)).toBeGreaterThan(4 * HOUR)
    const done = fleet.dispatched.at(-1)
    expect((done?.to ?? 0) - Date.UTC(2026, 10, 23, 12)).toBeLessThan(2 * HOUR)
  })

  test('five lanes whose machines are all lost: the next tick after their time finds each, and they go on', async () => {
    const tasks = ids(5)
    const acts = Object.fromEntries(tasks.map(({ id }) => [id, [vanishes, writes]]))
    const budget = { minutes: 10_000 }
    const fleet = Fleet.of(loopConfig({ parallel: 5, budget, tasks }), acts)
    await fleet.press()
    expect(fleet.runs.filter(({ did }) => did === undefined).length).toBeGreaterThanOrEqual(4)
    await fleet.for(4 * HOUR, 30 * MINUTE)
    expect(fleet.world.checkpoint().status).toBe('done')
    expect(fleet.verdicts.filter((verdict) => verdict.endsWith('runner_lost'))).toHaveLength(5)
  })

  test('four of five next runs that never come are asked for again, under another nonce', async () => {
    const fleet = Fleet.of(loopConfig({ tasks: ids(3) }))
    fleet.loses = (request) => request % 5 !== 0
    await fleet.press()
    await fleet.for(12 * HOUR, 20 * MINUTE)
    const nonces = fleet.world.relay.requests.map(({ nonce }) => nonce)
    expect(new Set(nonces).size).toBe(nonces.length)
    // Three requests in a row without a run: that is nothing that a loop mends by itself.
    expect(fleet.world.checkpoint()).toMatchObject({
      status: 'needs_human',
      reason: 'Lane 1 was asked for 3 times and no run began.',
    })
    expect(fleet.red).toHaveLength(1)
    fleet.loses = () => false
    await fleet.press({ resume: 'true' })
    expect(fleet.world.checkpoint().status).toBe('done')
  })

  test('a schedule that skips seven of its hours', async () => {
    const fleet = Fleet.of(loopConfig({ tasks: ids(2) }), { t0: [vanishes, writes] })
    await fleet.press()
    await fleet.for(9 * HOUR, 8 * HOUR)
    expect(fleet.world.checkpoint().status).toBe('done')
  })
})

describe('Usage limits', () => {
  const rejected = (resetsAt: number) => ({
    type: 'rate_limit_event',
    rate_limit_info: { status: 'rejected', resetsAt: resetsAt / 1_000, rateLimitType: 'five_hour' },
  })
  const hit = (when: string) =>
    result({
      is_error: true,
      api_error_status: 429,
      result: `You've hit your limit · resets ${when}`,
      total_cost_usd: 0,
    })
  const at = (hour: number, minute: number) => Date.UTC(2026, 10, 23, hour, minute)

  test('a "success" that is a limit, and whose reset moves to 15:20, 19:20 and 00:20: asked again each time, never early', async () => {
    const resets = [at(15, 20), at(19, 20), at(24, 20)]
    const acts = resets.map((reset) => printed(rejected(reset), hit('3:20pm (UTC)')))
    const fleet = Fleet.of(ONE, { a: [...acts, writes] })
    await fleet.press()
    await fleet.for(14 * HOUR, 20 * MINUTE)
    expect(fleet.verdicts).toEqual([...Array(3).fill('a rate_limited'), 'a done'])
    const starts = fleet.dispatched.map(({ from }) => from)
    for (const [n, reset] of resets.entries()) {
      expect(starts[n + 1]).toBeGreaterThanOrEqual(reset)
      expect(starts[n + 1]).toBeLessThan(reset + 45 * MINUTE)
    }
    expect(fleet.world.checkpoint()).toMatchObject({
      ledger: { usd: 0.25 },
      completed_tasks: [{ attempts: 4 }],
    })
  })

  test('an agent that writes of limits and runs out of time has run out of time: it counts, and nobody waits', async () => {
    const late: Act = () => {
      const reader = claude.reader(assignment())
      for (const text of ["You've hit your limit · resets Sep 5, 8pm (UTC)", 'HTTP 429: rate limit'])
        reader.line(JSON.stringify({ type: 'assistant', message: { content: [{ type: 'text', text }] } }))
      return reader.end(
        exit({ code: 143, ended: 'timeout', ms: 45 * MINUTE, stderr: 'rate limited, retrying' }),
      )
    }
    const fleet = Fleet.of(ONE, { a: [late] })
    await fleet.press()
    expect(fleet.verdicts).toEqual(['a timed_out', 'a timed_out', 'a timed_out'])
    expect(fleet.world.checkpoint()).toMatchObject({ status: 'needs_human', waiting: null })
    // What was cut off is charged: nobody knows what it cost.
    expect(fleet.world.checkpoint().ledger).toMatchObject({ usd: 3, usd_estimated: 3 })
  })

  test('a token that may not start the next run at the wake: red, with the right that is missing; nothing is lost', async () => {
    const fleet = Fleet.of(ONE, { a: [printed(rejected(at(15, 20)), hit('3:20pm')), writes] })
    await fleet.press()
    const fix = 'Give the workflow `permissions: { contents: write, actions: write }`.'
    fleet.world.relay.answer = { is: 'refused', because: 'Resource not accessible by integration', fix }
    await fleet.for(6 * HOUR, HOUR)
    expect(fleet.red.map(({ why }) => why)).toEqual(['schedule'])
    expect(fleet.world.checkpoint()).toMatchObject({
      status: 'needs_human',
      reason: expect.stringContaining(fix),
    })
    fleet.world.relay.answer = { is: 'accepted' }
    await fleet.press({ resume: 'true' })
    expect(fleet.world.checkpoint().status).toBe('done')
  })
})

describe('Concurrency surprises', () => {
  test('a waiting run that is cancelled before its first job: asked for once more, and the loop goes on', async () => {
    const fleet = Fleet.of(loopConfig({ tasks: ids(2) }))
    fleet.loses = (request) => request === 2
    await fleet.press()
    const [, lost] = fleet.world.relay.requests
    fleet.world.relay.states.set(lost?.nonce ?? '', { is: 'over', how: 'never_started' })
    await fleet.for(HOUR)
    expect(fleet.world.checkpoint()).toMatchObject({ status: 'done', ledger: { attempts: 2 } })
    expect(fleet.dispatched).toHaveLength(2)
  })

  test('a request whose answer never came and whose run comes hours late: one of the two works', async () => {
    const fleet = Fleet.of(ONE)
    fleet.loses = (request) => request === 1
    fleet.world.relay.answer = { is: 'unknown', because: 'Request was cancelled' }
    await fleet.press()
    const [first] = fleet.world.relay.requests
    fleet.world.relay.answer = { is: 'accepted' }
    await fleet.for(HOUR)
    expect(fleet.world.checkpoint().status).toBe('done')
    const tip = fleet.world.stateTip
    await fleet.press({ ...first })
    expect(fleet.runs.at(-1)).toMatchObject({
      did: { red: false, changed: expect.stringMatching(/^Nothing changed|^Superseded/) },
    })
    expect(fleet.world.stateTip).toBe(tip)
    expect(fleet.world.script.worked).toHaveLength(1)
  })

  test('a person who presses "Run workflow" five times while the loop works starts nothing twice', async () => {
    const fleet = Fleet.of(loopConfig({ tasks: ids(2) }))
    const presses: Act = async (scene) => {
      const tip = fleet.world.repository.refs.get(REFS.state)
      for (let n = 0; n < 5; n++) await fleet.press()
      expect(fleet.world.repository.refs.get(REFS.state)).toBe(tip)
      return writes(scene)
    }
    fleet.world.script.acts.set('t0', [presses])
    await fleet.press()
    expect(fleet.verdicts).toEqual(['t0 done', 't1 done'])
  })
})
