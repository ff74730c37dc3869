/** Finds any of thousands of exact strings in one pass over a text. */

/** A part of a text: from `start` up to, not including, `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Shorter needles are not looked for: they would be found in every text. */
export const SHORTEST = 6
/** Of a needle that a cut went through, a shorter rest tells nothing. */
const SHORTEST_REST = 10
/** What we put where we cut a text. */
export const CUT = '…'

/** Bits of the table that rules out nearly every place. */
const BITS = 18
const keyAt = (text: string, at: number): number =>
  ((text.charCodeAt(at) << 11) ^
    (text.charCodeAt(at + 1) << 7) ^
    (text.charCodeAt(at + 2) << 4) ^
    text.charCodeAt(at + 3)) &
  ((1 << BITS) - 1)

/**
 * @param needles those that are long enough count.
 * @param cuts also find the rest of a needle where the text was cut in the middle of it: at its
 * ends, and at `…`.
 */
export function occurrencesOf(needles: readonly string[], cuts: boolean): (text: string) => Range[] {
  const known = [...new Set(needles)].filter(({ length }) => length >= SHORTEST)
  const byHead = Map.groupBy(known, (needle) => needle.slice(0, SHORTEST))
  const table = new Uint8Array(1 << BITS)
  for (const head of byHead.keys()) table[keyAt(head, 0)] = 1
  const ends = cuts ? endsOf(known) : () => []
  return (text) => {
    const found: Range[] = []
    for (let start = 0; start + SHORTEST <= text.length; start++) {
      if (table[keyAt(text, start)] !== 1) continue
      for (const needle of byHead.get(text.slice(start, start + SHORTEST)) ?? []) {
        const length = lengthAt(text, start, needle, cuts)
        if (length > 0) found.push({ start, end: start + length })
      }
    }
    return found.concat(ends(text))
  }
}

/** How much of the needle stands there: all of it, what a cut has left, or nothing. */
function lengthAt(text: string, start: number, needle: string, cuts: boolean): number {
  if (text.startsWith(needle, start)) return needle.length
  if (!cuts) return 0
  const there = text.slice(start, start + needle.length)
  const cut = there.indexOf(CUT)
  const rest = cut < 0 ? there : there.slice(0, cut)
  const isCut = cut >= 0 || there.length < needle.length
  return isCut && rest.length >= SHORTEST_REST && needle.startsWith(rest) ? rest.length : 0
}

/** The ends of needles at the beginning of a text, and behind each cut in it. */
function endsOf(needles: readonly string[]): (text: string) => Range[] {
  const longest = needles.reduce((most, { length }) => Math.max(most, length), 0)
  const byTail = Map.groupBy(needles, (needle) => needle.slice(-SHORTEST))
  const endAfter = (text: string, start: number): Range | undefined => {
    const next = text.indexOf(CUT, start)
    const last = Math.min(start + longest, next < 0 ? text.length : next)
    for (let end = last; end >= start + SHORTEST_REST; end--) {
      const rest = text.slice(start, end)
      if (byTail.get(rest.slice(-SHORTEST))?.some((needle) => needle.endsWith(rest)) === true)
        return { start, end }
    }
    return undefined
  }
  return (text) => {
    const found: Range[] = []
    for (let cut = -1; ; ) {
      const range = endAfter(text, cut + 1)
      if (range !== undefined) found.push(range)
      cut = text.indexOf(CUT, cut + 1)
      if (cut < 0) return found
    }
  }
}
