/** Chance that is the same for the same seed, to let a test choose. */
export interface Choosing {
  /** In [0, 1). */
  fraction(): number
  /** A whole number, both ends among them. */
  upTo(from: number, to: number): number
  is(share: number): boolean
  one<T>(of: readonly T[]): T
}

/** Mulberry32. */
export function chanceOf(seed: number): Choosing {
  let state = Math.imul(seed, 0x9e3779b9)
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    fraction,
    upTo: (from, to) => from + Math.floor(fraction() * (to - from + 1)),
    is: (share) => fraction() < share,
    one: (of) => {
      const [chosen] = of.slice(Math.floor(fraction() * of.length))
      if (chosen === undefined) throw new Error('there is nothing to choose from')
      return chosen
    },
  }
}
