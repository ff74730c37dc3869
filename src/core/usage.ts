/** What an attempt uses, and the ledger that adds it up. */
import { z } from 'zod'
import { RunIdentity, TaskId } from './ids.ts'
import { LIMITS } from './limits.ts'
import { Time } from './time.ts'

/** Beyond it whole numbers are not told apart any more: nothing real is as much, so sums end there. */
const MOST = Number.MAX_SAFE_INTEGER

/** US dollars or minutes. */
export const Amount = z.number().min(0).max(MOST)

/** An amount that can be: what agents report and clocks measure may be anything. */
export const amount = (value: number): number => (value > 0 ? Math.min(value, MOST) : 0)

export const Tokens = z.looseObject({
  /** Uncached input. */
  input: z.int().min(0).default(0),
  cache_read: z.int().min(0).default(0),
  cache_write: z.int().min(0).default(0),
  output: z.int().min(0).default(0),
})
export type Tokens = z.infer<typeof Tokens>

/** What one attempt used. `usd: null` is "unknown" and is charged at the reserve. */
export const Usage = z.object({
  usd: Amount.nullable(),
  basis: z.enum(['reported', 'computed', 'unknown', 'estimated']),
  tokens: Tokens,
  /** Wall minutes of the job or process, agent and harness together. */
  minutes: Amount,
  agent: z.string(),
  model: z.string().optional(),
})
export type Usage = z.infer<typeof Usage>

/** More than any attempt can use: sums over a whole loop stay exact. */
export const MOST_USD = 100_000
export const MOST_TOKENS = 1e11

/** The same within the bounds of what can be: programs say what they like, and clocks are set back. */
export function soundUsage(usage: Usage): Usage {
  const { input, cache_read, cache_write, output } = usage.tokens
  const within = (number: number, most: number): number =>
    Number.isNaN(number) ? 0 : Math.min(Math.max(number, 0), most)
  const whole = (count: number): number => Math.round(within(count, MOST_TOKENS))
  return {
    ...usage,
    usd: usage.usd === null ? null : within(usage.usd, MOST_USD),
    tokens: {
      input: whole(input),
      cache_read: whole(cache_read),
      cache_write: whole(cache_write),
      output: whole(output),
    },
    minutes: within(usage.minutes, MOST_MINUTES),
  }
}

/** A year. */
const MOST_MINUTES = 366 * 24 * 60

export const Spend = z.looseObject({
  attempts: z.int().min(0),
  usd: Amount,
  minutes: Amount,
  tokens: z.int().min(0),
})
export type Spend = z.infer<typeof Spend>

/** What was charged for an attempt whose run was found dead. Its own settle may still come. */
export const Estimate = z.looseObject({
  run: RunIdentity,
  fence: z.int().min(1),
  task: TaskId,
  iteration: z.int().min(1),
  agent: z.string(),
  usd: Amount,
  minutes: Amount,
  /** When it was charged: tells the day it has to be taken from again. */
  at: Time,
})
export type Estimate = z.infer<typeof Estimate>

export const Ledger = z.looseObject({
  iterations: z.int().min(0),
  attempts: z.int().min(0),
  usd: Amount,
  /** Part of `usd` that is an estimate, because no cost was ever reported. */
  usd_estimated: Amount,
  minutes: Amount,
  tokens: Tokens,
  by_task: z.record(z.string(), Spend),
  /** The last 90 UTC days, those of earlier epochs among them: all else is of this epoch. */
  by_day: z.record(z.string(), Spend),
  by_agent: z.record(z.string(), Spend),
  by_model: z.record(z.string(), Spend),
  /** The newest of those that nobody has put right yet. */
  estimates: z.array(Estimate).max(LIMITS.estimates_kept).default([]),
})
export type Ledger = z.infer<typeof Ledger>

/** Nothing spent. */
export const NO_SPEND: Spend = { attempts: 0, usd: 0, minutes: 0, tokens: 0 }

/** No tokens of any kind. */
export const NO_TOKENS: Tokens = { input: 0, cache_read: 0, cache_write: 0, output: 0 }

/** The ledger of a loop that has done nothing. */
export const EMPTY_LEDGER: Ledger = {
  iterations: 0,
  attempts: 0,
  usd: 0,
  usd_estimated: 0,
  minutes: 0,
  tokens: NO_TOKENS,
  by_task: {},
  by_day: {},
  by_agent: {},
  by_model: {},
  estimates: [],
}
