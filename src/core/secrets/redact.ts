/**
 * Takes secrets out of text: the exact values this run was given, in the spellings they travel in,
 * and whatever looks like a credential of a well-known kind.
 *
 * Two measures. What is shown or kept is masked generously. A file is refused only for what cannot
 * be anything else: an agent that wrote an example must not fail for it.
 */
import { isLookAlike } from './look-alike.ts'
import { occurrencesOf, type Range, SHORTEST } from './needles.ts'
import { type Detect, shapesIn } from './secret-shapes.ts'
import { isUnmistakable } from './secret-values.ts'
import { spellings } from './spellings.ts'

export type Redact = (text: string) => string

/** Where a text holds what can only be a secret. */
export type Spots = (text: string) => readonly Range[]

/** The two measures of one run. */
export interface Secrets {
  readonly redact: Redact
  readonly spots: Spots
}

const MASK = '***'

const nothing: Detect = () => []

/** Masks the values, and all that looks like a secret. @param library finds what our own shapes do not. */
export function redactor(values: readonly string[], library: Detect = nothing): Redact {
  const exact = occurrencesOf(values.flatMap(spellings), true)
  return (text) =>
    // Most lines that agents print are empty, and every look costs.
    text.length < SHORTEST ? text : mask(text, [...exact(text), ...shapesIn(text), ...library(text)])
}

/** Finds the values, and what certainly is a secret. */
export function spotter(values: readonly string[], library: Detect = nothing): Spots {
  const exact = occurrencesOf(values.filter(isUnmistakable).flatMap(spellings), false)
  return (text) => {
    const found = [...shapesIn(text), ...library(text)]
    const real = found.filter(({ start, end, certain }) => certain && !isLookAlike(text.slice(start, end)))
    return joined([...exact(text), ...real])
  }
}

const KEY_BEGINS = /-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----(?!.*-----END )/
const KEY_GOES_ON = /^\s*(?:[A-Za-z0-9+/=]*|[A-Z][\w-]*: .*|-----END .*)\s*$/

/** The same for lines that come one after another: a private key is masked down to its last line. */
export function lineRedactor(redact: Redact): Redact {
  let isInKey = false
  return (line) => {
    const goesOn = isInKey && KEY_GOES_ON.test(line)
    isInKey = goesOn ? !line.includes('-----END ') : KEY_BEGINS.test(line)
    return goesOn ? MASK : redact(line)
  }
}

/** The text with a mask in the place of each range. */
export function mask(text: string, ranges: readonly Range[]): string {
  let [masked, at] = ['', 0]
  for (const { start, end } of joined(ranges)) {
    masked += text.slice(at, start) + MASK
    at = end
  }
  return at === 0 ? text : masked + text.slice(at)
}

/** In order; those that overlap or touch are one. */
function joined(ranges: readonly Range[]): Range[] {
  const whole: Range[] = []
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = whole.at(-1)
    if (last === undefined || range.start > last.end) whole.push(range)
    else if (range.end > last.end) whole[whole.length - 1] = { start: last.start, end: range.end }
  }
  return whole
}

/** A JSON value with its texts and keys redacted: the text of a whole document would not stay JSON. */
export function redactJson<T>(value: T, redact: Redact): T
export function redactJson(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((one: unknown) => redactJson(one, redact))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]: [string, unknown]) => [redact(key), redactJson(one, redact)]),
  )
}
