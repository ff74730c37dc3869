/** How trouble between the real Claude Code and its service ends: as the table in `failure.ts` says. */
import { afterAll, describe, expect, test } from '@jest/globals'
import { MINUTE } from '../../src/core/time.ts'
import {
  API_KEY,
  claudeWorld,
  type Furnishing,
  GREET,
  LOOK,
  livingIn,
  SUBSCRIPTION,
  USD,
} from '../support/claude-world.ts'
import { removeHome } from '../support/cli.ts'
import {
  type Act,
  fail,
  HANG,
  inSeconds,
  LIMITED,
  OVERLOADED,
  say,
  use,
  usedUpUntil,
} from '../support/messages-api.ts'

afterAll(removeHome)

/** Far from every wait the loop would choose by itself. */
const RESET = inSeconds(2 * 60 * 60)

const BALANCE = 'Your credit balance is too low to access the Anthropic API.'

interface Row {
  readonly acts: readonly [Act, ...Act[]]
  readonly furnishing?: Furnishing
  readonly verdict: string
  readonly status: string
  readonly code: number
  /** Attempts that count against `policy.attempts`. */
  readonly used: 0 | 1
  readonly requests: number
  /** Answered ones are charged. Default: none. */
  readonly usd?: number
  readonly waiting?: { readonly cause: string; readonly from: number; readonly to: number }
  /** What the person is told to do. */
  readonly reason?: RegExp
  readonly because?: RegExp
}

const waits = (
  cause: string,
  from: number,
  to: number,
): Pick<Row, 'code' | 'used' | 'status' | 'waiting'> => ({
  status: 'waiting',
  code: 5,
  used: 0,
  waiting: { cause, from, to },
})
const pauses = (reason: RegExp): Pick<Row, 'code' | 'used' | 'status' | 'reason'> => ({
  status: 'paused',
  code: 3,
  used: 0,
  reason,
})
/** Looked at before the next attempt begins. */
const counts = { status: 'running', code: 0, used: 1 } as const

const ROWS: Readonly<Record<string, Row>> = {
  'a rate limit that stays': {
    acts: [LIMITED],
    verdict: 'rate_limited',
    ...waits('rate_limited', 30, 31),
    requests: 3,
  },
  'a rate limit for longer than one waits': {
    acts: [fail(429, 'rate_limit_error', 'Slow down.', { 'retry-after': '3600' })],
    verdict: 'rate_limited',
    ...waits('rate_limited', 30, 31),
    requests: 1,
  },
  'the usage limit of a subscription': {
    acts: [usedUpUntil(RESET)],
    furnishing: { env: SUBSCRIPTION },
    verdict: 'rate_limited',
    ...waits('rate_limited', 119, 121),
    requests: 1,
  },
  'a service that is overloaded': {
    acts: [OVERLOADED],
    verdict: 'unavailable',
    ...waits('unavailable', 1, 1.1),
    requests: 3,
  },
  'a service that is broken': {
    acts: [fail(500, 'api_error', 'Internal server error')],
    verdict: 'unavailable',
    ...waits('unavailable', 1, 1.1),
    requests: 3,
  },
  // With its own settings it gives up after three times six minutes.
  'a service that never answers, until the program gives up': {
    acts: [HANG],
    furnishing: { env: { ...API_KEY, API_TIMEOUT_MS: '1000' } },
    verdict: 'unavailable',
    ...waits('unavailable', 1, 1.1),
    requests: 3,
  },
  'a wrong key': {
    acts: [fail(401, 'authentication_error', 'invalid x-api-key')],
    verdict: 'auth_failed',
    ...pauses(/Mend the credential of the agent\./),
    requests: 3,
  },
  'no key at all': {
    acts: [say('Nobody asks me.')],
    furnishing: { env: {} },
    verdict: 'auth_failed',
    ...pauses(/Mend the credential of the agent\./),
    requests: 0,
  },
  'no money': {
    acts: [fail(400, 'invalid_request_error', BALANCE)],
    verdict: 'billing',
    ...pauses(/Mend the billing of the agent's account\./),
    requests: 1,
  },
  'no such model': {
    acts: [fail(404, 'not_found_error', 'model: claude-none')],
    furnishing: { agent: 'model: claude-none' },
    verdict: 'misconfigured',
    ...pauses(/Mend the agent's settings in the loop file, or its installation\./),
    requests: 2,
  },
  'no such option': {
    acts: [say('Nobody asks me.')],
    furnishing: { agent: 'args: [--no-such-option]' },
    verdict: 'misconfigured',
    ...pauses(/Mend the agent's settings in the loop file, or its installation\./),
    requests: 0,
  },
  'a prompt that is too long': {
    acts: [fail(400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum')],
    verdict: 'context_overflow',
    ...counts,
    requests: 1,
  },
  'a request that is wrong': {
    acts: [fail(400, 'invalid_request_error', 'messages: something is wrong with them')],
    verdict: 'agent_failed',
    ...counts,
    requests: 6,
  },
  'a refusal': {
    acts: [say('', 'refusal')],
    verdict: 'refused',
    ...counts,
    requests: 2,
    usd: 2 * USD,
  },
  'too many turns': {
    acts: [GREET, LOOK],
    furnishing: { agent: 'args: [--max-turns, "2"]' },
    verdict: 'agent_limit',
    ...counts,
    requests: 2,
    usd: 2 * USD,
  },
  'too many turns for nothing': {
    acts: [LOOK],
    furnishing: { agent: 'args: [--max-turns, "2"]' },
    verdict: 'no_progress',
    because: /without changing anything\. .*\(2\)/,
    ...counts,
    requests: 2,
    usd: 2 * USD,
  },
  'more money than an attempt may have': {
    acts: [GREET, LOOK],
    furnishing: { loop: ['policy: { usd_per_attempt: 0.01 }'] },
    verdict: 'agent_limit',
    ...counts,
    requests: 2,
    usd: 2 * USD,
  },
  'answers that never end': {
    acts: [GREET, say('word', 'max_tokens')],
    verdict: 'agent_limit',
    ...counts,
    requests: 5,
    usd: 5 * USD,
  },
  'nothing but tools that are denied': {
    acts: [use('WebFetch', { url: 'http://127.0.0.1:9/', prompt: 'Read it' }), say('I may not.')],
    verdict: 'no_progress',
    ...counts,
    requests: 2,
    usd: 2 * USD,
  },
  'nothing done': {
    acts: [say('There is nothing to do.')],
    verdict: 'no_progress',
    ...counts,
    requests: 1,
    usd: USD,
  },
}

/** The whole of `cms run`, start to end: long retries would take minutes. */
const LONGEST = 20_000

describe('one attempt', () => {
  test.each(Object.entries(ROWS))('%s', async (_, { acts, furnishing, ...row }) => {
    await using world = await claudeWorld(acts, furnishing)
    const began = Date.now()
    const { code, out } = await world.run(...(row.used === 1 ? ['--max-iterations', '1'] : []))
    expect(Date.now() - began).toBeLessThan(LONGEST)

    const { status, reason, waiting, remaining_tasks: tasks, ledger } = world.checkpoint()
    const [task] = tasks
    const [attempt] = task?.attempts ?? []
    expect({ out, code, status, verdict: attempt?.verdict, used: task?.attempts_used }).toEqual({
      out,
      code: row.code,
      status: row.status,
      verdict: row.verdict,
      used: row.used,
    })
    expect(task).toMatchObject({ state: { at: 'open' }, attempts_made: 1 })
    expect(world.api.requests).toHaveLength(row.requests)
    expect(ledger).toMatchObject({ usd: expect.closeTo(row.usd ?? 0, 6), usd_estimated: 0 })
    expect(reason).toMatch(row.reason ?? /./)
    expect(attempt?.because).toMatch(row.because ?? /./)
    expect(waiting?.cause).toBe(row.waiting?.cause)
    if (row.waiting !== undefined) {
      const wait = (Date.parse(waiting?.until ?? '') - Date.parse(attempt?.ended_at ?? '')) / MINUTE
      expect(wait).toBeGreaterThanOrEqual(row.waiting.from)
      expect(wait).toBeLessThanOrEqual(row.waiting.to)
    }
    expect(livingIn(world.home)).toEqual([])
  })
})

test('a limit is waited for until it resets, and not a minute longer', async () => {
  await using world = await claudeWorld([usedUpUntil(RESET)], {
    env: SUBSCRIPTION,
  })
  await world.run()
  const until = Date.parse(world.checkpoint().waiting?.until ?? '')
  expect(until).toBeGreaterThanOrEqual(RESET * 1_000)
  expect(until).toBeLessThanOrEqual(RESET * 1_000 + MINUTE)
})
