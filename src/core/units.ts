/** Quantities as people write them in a loop file: `1h30m`, `20M`. Strict: no guessing. */
import { DAY, HOUR, MINUTE, SECOND } from './time.ts'

/** A number, or a sentence that says what is wrong and how to write it. */
export type Parsed =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly because: string }

const DURATION = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/
const UNITS = [
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
] as const
const COUNT = /^(\d[\d_]*)(\.\d+)?([kKMG]?)$/
const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9 }

/** Node's timers hold no more than 24.8 days, and would fire at once beyond that. */
export const LONGEST_DURATION = 24 * DAY

const value = (number: number): Parsed => ({ ok: true, value: number })
const wrong = (because: string): Parsed => ({ ok: false, because })

/** `90s`, `45m`, `1h30m`, `2d` to milliseconds; units in falling order, each once. 0 needs none. */
export function parseDuration(written: unknown): Parsed {
  if (written === 0) return value(0)
  if (typeof written === 'number') return wrong(`needs a unit, for example ${written}m or ${written}s`)
  const parts = typeof written === 'string' && written !== '' ? DURATION.exec(written) : null
  if (!parts) return wrong('must be a duration such as 90s, 45m, 1h30m or 2d')
  const ms = UNITS.reduce((sum, [, size], index) => sum + Number(parts[index + 1] ?? 0) * size, 0)
  return ms > LONGEST_DURATION ? wrong(`must be at most ${printDuration(LONGEST_DURATION)}`) : value(ms)
}

/** The form `parseDuration` reads, exact to the second: 5,400,000 is `1h30m`. */
export function printDuration(ms: number): string {
  let rest = Math.round(ms / SECOND) * SECOND
  const parts = UNITS.map(([unit, size]) => {
    const whole = Math.floor(rest / size)
    rest -= whole * size
    return whole > 0 ? `${whole}${unit}` : ''
  })
  return parts.join('') || '0s'
}

/** `20M`, `500k`, `1.5M`, `1_000` or a plain whole number. */
export function parseCount(written: unknown): Parsed {
  const parts = COUNT.exec(typeof written === 'number' ? String(written) : textOf(written))
  if (!parts) return wrong('must be a whole number, or a count such as 500k, 20M or 1_000')
  const [, whole = '', fraction = '', unit = ''] = parts
  // Rounded to undo binary fractions (1.1 × 1000); what was a real fraction still is one.
  const count = Number((Number(whole.replaceAll('_', '') + fraction) * (FACTORS[unit] ?? 1)).toPrecision(15))
  return Number.isSafeInteger(count) ? value(count) : wrong('must be a whole number, and not beyond 2^53')
}

const textOf = (written: unknown): string => (typeof written === 'string' ? written : '')
