/** Trouble that the real Claude Code gets over, or that we have to end. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { claudeWorld, GREET, LOOK, livingIn, SUBSCRIPTION, USD } from '../support/claude-world.ts'
import { removeHome } from '../support/cli.ts'
import {
  cut,
  fail,
  HANG,
  inSeconds,
  LIMITED,
  OVERLOADED,
  say,
  USED,
  use,
  usedUpUntil,
} from '../support/messages-api.ts'

afterAll(removeHome)

/** A tool call that never ends, and says who it is. */
const WAIT = use('Bash', { command: 'echo $$ > "$HOME/tool"; exec tail -f /dev/null', description: 'Wait' })
/** What a program may take to end after its result before it is ended, ms. */
const GRACE = 15_000

test('a limit that passes is got over by the program itself', async () => {
  await using world = await claudeWorld([LIMITED, OVERLOADED, GREET, say('Greeted.')])
  expect(await world.run()).toMatchObject({ code: 0 })
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { usd: expect.closeTo(2 * USD, 6) } })
  expect(world.api.requests).toHaveLength(4)
})

test('a usage limit is slept through until it resets, and costs no attempt', async () => {
  const reset = inSeconds(6)
  await using world = await claudeWorld([usedUpUntil(reset), GREET, say('Greeted.')], {
    env: SUBSCRIPTION,
    loop: ['policy: { attempts: 1 }'],
  })
  expect(await world.run('--wait')).toMatchObject({ code: 0 })
  expect(Date.now()).toBeGreaterThan(reset * 1_000)
  expect(world.checkpoint()).toMatchObject({
    status: 'done',
    ledger: { iterations: 2, usd: expect.closeTo(2 * USD, 6) },
  })
})

test('after a prompt that was too long, a fresh attempt', async () => {
  const tooLong = fail(400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum')
  await using world = await claudeWorld([tooLong, GREET, say('Greeted.')])
  expect(await world.run()).toMatchObject({ code: 0 })
  expect(world.checkpoint().completed_tasks).toMatchObject([{ attempts: 2 }])
})

test('after its own limit, the next attempt goes on where it stopped', async () => {
  await using world = await claudeWorld([GREET, LOOK, say('It is all there.')], {
    agent: 'args: [--max-turns, "2"]',
  })
  expect(await world.run()).toMatchObject({ code: 0 })
  expect(world.checkpoint().completed_tasks).toMatchObject([{ attempts: 2 }])
  expect(world.api.requests).toHaveLength(3)
})

test('at its own limit, but red before and green after: done', async () => {
  await using world = await claudeWorld([GREET, LOOK], {
    agent: 'args: [--max-turns, "2"]',
    loop: ['red_first: true'],
  })
  expect(await world.run()).toMatchObject({ code: 0 })
  expect(world.checkpoint().completed_tasks).toMatchObject([{ attempts: 1 }])
})

describe('a stream that is cut', () => {
  test('each time, with nothing done: it asks once without a stream, and ends well', async () => {
    await using world = await claudeWorld([cut(say('Greeted.'))])
    await world.run('--max-iterations', '1')
    expect(world.api.requests.map(({ stream }) => stream)).toEqual([true, true, true, false])
    const { remaining_tasks: tasks, ledger } = world.checkpoint()
    expect(tasks).toMatchObject([{ attempts: [{ verdict: 'no_progress' }], attempts_used: 1 }])
    // Every cut stream is charged: its input, and the output so far.
    expect(ledger.tokens.input).toBe(4 * USED.input_tokens)
    expect(ledger.usd).toBeGreaterThan(3 * USD)
    expect(ledger.usd).toBeLessThan(4 * USD)
    expect(ledger.usd_estimated).toBe(0)
  })

  test('and no answer without a stream either: the service is unavailable', async () => {
    await using world = await claudeWorld([cut(OVERLOADED)])
    expect(await world.run()).toMatchObject({ code: 5 })
    const { remaining_tasks: tasks, waiting } = world.checkpoint()
    expect(tasks).toMatchObject([{ attempts: [{ verdict: 'unavailable' }], attempts_used: 0 }])
    expect(waiting?.cause).toBe('unavailable')
    expect(world.api.requests.map(({ stream }) => stream)).toEqual([true, true, true, false])
  })

  test('once: it goes on', async () => {
    await using world = await claudeWorld([cut(GREET), GREET, say('Greeted.')])
    expect(await world.run()).toMatchObject({ code: 0 })
    expect(world.checkpoint().status).toBe('done')
  })
})

describe('a program that does not end', () => {
  test('a request that is never answered: ended as stalled, with its whole tree', async () => {
    await using world = await claudeWorld([HANG], { agent: 'stall: 5s' })
    await world.run('--max-iterations', '1')
    const { remaining_tasks: tasks } = world.checkpoint()
    expect(tasks).toMatchObject([{ attempts: [{ verdict: 'stalled' }], attempts_used: 1 }])
    expect(world.api.requests).toHaveLength(1)
    expect(livingIn(world.home)).toEqual([])
  })

  test('a tool that never ends: ended at the time limit, with its whole tree, and charged', async () => {
    await using world = await claudeWorld([WAIT], { agent: 'timeout: 5s' })
    await world.run('--max-iterations', '1')
    const { remaining_tasks: tasks, ledger } = world.checkpoint()
    expect(tasks).toMatchObject([{ attempts: [{ verdict: 'timed_out' }], attempts_used: 1 }])
    expect(readFileSync(join(world.home, 'tool'), 'utf8')).toMatch(/^\d+$/m)
    expect(livingIn(world.home)).toEqual([])
    // From the transcript: ended by us, it prints no result.
    expect(ledger).toMatchObject({ usd: expect.closeTo(USD, 6), usd_estimated: 0 })
  })

  test('a person interrupts: it is ended with its whole tree, charged, and the task is open again', async () => {
    await using world = await claudeWorld([GREET, WAIT])
    expect(await world.interrupted('tail -f')).toMatchObject({ code: 130 })
    const { remaining_tasks: tasks, ledger } = world.checkpoint()
    expect(tasks).toMatchObject([
      { state: { at: 'open' }, attempts: [{ verdict: 'interrupted' }], attempts_used: 0 },
    ])
    expect(livingIn(world.home)).toEqual([])
    expect(ledger).toMatchObject({ usd: expect.closeTo(2 * USD, 6), usd_estimated: 0 })
  })

  test('a tool in the background is refused: the program would wait for it', async () => {
    const background = { command: 'tail -f /dev/null', description: 'Wait', run_in_background: true }
    await using world = await claudeWorld([use('Bash', background), GREET, say('Greeted.')])
    const began = Date.now()
    expect(await world.run()).toMatchObject({ code: 0 })
    expect(Date.now() - began).toBeLessThan(GRACE)
    expect(world.checkpoint().status).toBe('done')
  })

  test('what a tool left running goes with it', async () => {
    const left = 'nohup tail -f /dev/null > /dev/null 2>&1 & echo $! > "$HOME/tool"'
    await using world = await claudeWorld([
      use('Bash', { command: left, description: 'Start' }),
      GREET,
      say('Greeted.'),
    ])
    expect(await world.run()).toMatchObject({ code: 0 })
    expect(readFileSync(join(world.home, 'tool'), 'utf8')).toMatch(/^\d+$/m)
    expect(livingIn(world.home)).toEqual([])
  })
})
