/** What a loop has used, counted from what happened and never from its ledger. */
import type { TaskLeased } from '../../../src/core/event.ts'
import type { Tokens } from '../../../src/core/usage.ts'
import { Broken } from './broken.ts'

/** What one attempt is charged with. */
export interface Charge {
  readonly usd: number
  readonly minutes: number
  readonly tokens: Tokens
  /** ISO 8601: says on which day (UTC) it counts. */
  readonly at: string
}

interface Day {
  attempts: number
  usd: number
  minutes: number
  tokens: number
}

export const NOTHING_USED: Tokens = { input: 0, cache_read: 0, cache_write: 0, output: 0 }

/** As caps count them: not what was read from a cache. */
export const counted = ({ input, cache_write, output }: Tokens): number => input + cache_write + output

export class Spent {
  attempts = 0
  /** `lane_begun`. */
  begun = 0
  usd = 0
  minutes = 0
  tokens = NOTHING_USED
  /** By UTC day. */
  readonly days = new Map<string, Day>()

  /** An attempt is begun: it counts on the day of that. */
  attempt({ at }: TaskLeased): void {
    this.attempts += 1
    this.#day(at).attempts += 1
  }

  add({ usd, minutes, tokens, at }: Charge, sign: 1 | -1 = 1): void {
    this.usd += sign * usd
    this.minutes += sign * minutes
    this.tokens = {
      input: this.tokens.input + sign * tokens.input,
      cache_read: this.tokens.cache_read + sign * tokens.cache_read,
      cache_write: this.tokens.cache_write + sign * tokens.cache_write,
      output: this.tokens.output + sign * tokens.output,
    }
    const day = this.#day(at)
    day.usd += sign * usd
    day.minutes += sign * minutes
    day.tokens += sign * counted(tokens)
  }

  /** Dollars of the day of a moment. */
  on(at: string): number {
    return this.days.get(at.slice(0, 10))?.usd ?? 0
  }

  #day(at: string): Day {
    const key = at.slice(0, 10)
    const day = this.days.get(key) ?? { attempts: 0, usd: 0, minutes: 0, tokens: 0 }
    this.days.set(key, day)
    return day
  }
}

/** As a ledger counts it. */
export interface Ledger {
  readonly attempts: number
  readonly iterations: number
  readonly usd: number
  readonly minutes: number
  readonly tokens: Tokens
  readonly by_day: Readonly<Record<string, Readonly<Day>>>
}

/** A ledger says what was used, in all and on each day. */
export function agrees(ledger: Ledger, spent: Spent): void {
  same('G4 attempts', ledger.attempts, spent.attempts)
  same('G4 iterations', ledger.iterations, spent.begun)
  same('G4 dollars', ledger.usd, spent.usd)
  same('G4 minutes', ledger.minutes, spent.minutes)
  for (const kind of ['input', 'cache_read', 'cache_write', 'output'] as const)
    same('G4 tokens', ledger.tokens[kind], spent.tokens[kind])
  for (const [key, day] of spent.days) {
    const told = ledger.by_day[key]
    same('G4 attempts of a day', told?.attempts ?? 0, day.attempts)
    same('G4 dollars of a day', told?.usd ?? 0, day.usd)
    same('G4 minutes of a day', told?.minutes ?? 0, day.minutes)
    same('G4 tokens of a day', told?.tokens ?? 0, day.tokens)
  }
}

/** The ledger rounds sums to a millionth. */
const ROUNDED = 1e-4

function same(law: string, is: number, was: number): void {
  if (Math.abs(is - was) > ROUNDED) throw new Broken(law, `${is} are counted, and ${was} were begun or used`)
}
