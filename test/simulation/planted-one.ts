/** Guarantees of ARCHITECTURE.md; the last one is about input, and input is what is simulated. */
export const GUARANTEES = ['G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7', 'G8'] as const

/** One bug to be planted. */
export interface Planted {
  readonly name: string
  /** What would not be kept with it. */
  readonly breaks: (typeof GUARANTEES)[number]
  /** Below `src`. */
  readonly file: string
  /** Occurs exactly once. */
  readonly find: string
  readonly replace: string
  /** Lives, from seed 1 on, within which it is found. */
  readonly within: number
}
