/** The ledger: every attempt is in it, the failed, killed and timed-out ones too. */
import { LIMITS } from './limits.ts'
import { utcDay } from './time.ts'
import {
  amount,
  EMPTY_LEDGER,
  type Estimate,
  type Ledger,
  NO_SPEND,
  type Spend,
  type Tokens,
  type Usage,
} from './usage.ts'

export interface Charge {
  readonly task: string
  readonly at: string
  readonly usage: Usage
  /** Charged when `usage.usd` is `null`, US dollars. */
  readonly reserve: number
}

/** Tokens as budgets count them: uncached input, cache writes and output. */
export const countTokens = ({ input, cache_write, output }: Tokens): number =>
  amount(input + cache_write + output)

/** Counts the attempt when it starts: a crash cannot loop for free. */
export function chargeStart(ledger: Ledger, task: string, at: string, agent: string): Ledger {
  const one: Spend = { ...NO_SPEND, attempts: 1 }
  return {
    ...ledger,
    attempts: ledger.attempts + 1,
    by_task: add(ledger.by_task, task, one),
    by_day: recent(add(ledger.by_day, utcDay(at), one)),
    by_agent: add(ledger.by_agent, agent, one),
  }
}

/** US dollars an attempt is charged: what was reported, or the reserve when nothing is known. */
export const charged = (usage: Usage, reserve: number): number => usage.usd ?? reserve

/** Adds what an attempt used. */
export function charge(ledger: Ledger, { task, at, usage, reserve }: Charge): Ledger {
  const usd = charged(usage, reserve)
  const spend: Spend = { attempts: 0, usd, minutes: usage.minutes, tokens: countTokens(usage.tokens) }
  return {
    ...ledger,
    usd: cents(ledger.usd + usd),
    usd_estimated: cents(ledger.usd_estimated + (usage.usd === null ? usd : 0)),
    minutes: amount(ledger.minutes + usage.minutes),
    tokens: addTokens(ledger.tokens, usage.tokens),
    by_task: add(ledger.by_task, task, spend),
    by_day: recent(add(ledger.by_day, utcDay(at), spend)),
    by_agent: add(ledger.by_agent, usage.agent, spend),
    by_model: usage.model === undefined ? ledger.by_model : add(ledger.by_model, usage.model, spend),
  }
}

/** Attempts of which nothing is known but that they were made: counted, and charged at the reserve. */
export function chargeUnknown(
  ledger: Ledger,
  { task, at, agent, attempts, reserve }: Omit<Charge, 'usage'> & { agent: string; attempts: number },
): Ledger {
  if (attempts === 0) return ledger
  const usd = attempts * reserve
  const all: Spend = { ...NO_SPEND, attempts, usd }
  return {
    ...ledger,
    attempts: amount(ledger.attempts + attempts),
    usd: cents(ledger.usd + usd),
    usd_estimated: cents(ledger.usd_estimated + usd),
    by_task: add(ledger.by_task, task, all),
    by_day: recent(add(ledger.by_day, utcDay(at), all)),
    by_agent: add(ledger.by_agent, agent, all),
  }
}

/** Remembers what was charged for an attempt whose run died; of many, the newest. */
export const remember = (ledger: Ledger, estimate: Estimate): Ledger => ({
  ...ledger,
  estimates: [...ledger.estimates, estimate].slice(-LIMITS.estimates_kept),
})

/**
 * A late settle: the real usage takes the place of the estimate, which is forgotten with that, so
 * that the same settle told again finds nothing to replace.
 */
export function replaceEstimate(
  ledger: Ledger,
  estimate: Estimate,
  late: Pick<Charge, 'at' | 'usage'>,
): Ledger {
  const { task, agent, at, usd, minutes } = estimate
  const next = charge(ledger, { ...late, task, reserve: usd })
  const back = (spends: Record<string, Spend>, key: string) => {
    const spend = Object.hasOwn(spends, key) ? spends[key] : undefined
    return spend === undefined
      ? spends
      : { ...spends, [key]: { ...spend, usd: less(spend.usd, usd), minutes: less(spend.minutes, minutes) } }
  }
  return {
    ...next,
    usd: less(next.usd, usd),
    usd_estimated: less(next.usd_estimated, usd),
    minutes: less(next.minutes, minutes),
    by_task: back(next.by_task, task),
    by_day: back(next.by_day, utcDay(at)),
    by_agent: back(next.by_agent, agent),
    estimates: ledger.estimates.filter((one) => one !== estimate),
  }
}

/**
 * The ledger a new epoch begins with. Its totals start again; the days do not, because the cap of
 * a day is one on money, whatever it was spent on. What the old epoch still had in flight counts
 * at its reserve: nobody will ask any more what it really cost.
 */
export function nextEpoch({ by_day }: Ledger, { at, inFlight }: { at: string; inFlight: number }): Ledger {
  const rest: Spend = { ...NO_SPEND, usd: inFlight }
  return { ...EMPTY_LEDGER, by_day: inFlight === 0 ? by_day : recent(add(by_day, utcDay(at), rest)) }
}

const less = (sum: number, part: number): number => cents(sum - part)

/** Keeps sums of many small floats readable: a millionth of a dollar is exact enough. */
const cents = (usd: number): number => amount(Math.round(usd * 1e6) / 1e6)

function add(spends: Record<string, Spend>, key: string, more: Spend): Record<string, Spend> {
  // A task may be named `constructor`.
  const old = (Object.hasOwn(spends, key) ? spends[key] : undefined) ?? NO_SPEND
  return {
    ...spends,
    [key]: {
      attempts: amount(old.attempts + more.attempts),
      usd: cents(old.usd + more.usd),
      minutes: amount(old.minutes + more.minutes),
      tokens: amount(old.tokens + more.tokens),
    },
  }
}

const addTokens = (a: Tokens, b: Tokens): Tokens => ({
  input: amount(a.input + b.input),
  cache_read: amount(a.cache_read + b.cache_read),
  cache_write: amount(a.cache_write + b.cache_write),
  output: amount(a.output + b.output),
})

function recent(days: Record<string, Spend>): Record<string, Spend> {
  const keys = Object.keys(days).toSorted()
  return Object.fromEntries(keys.slice(-LIMITS.days_kept).map((key) => [key, days[key] ?? NO_SPEND]))
}
