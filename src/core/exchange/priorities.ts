/** Priorities in words: `medium` is the default of a loop file, 0. */

const WORDS: Readonly<Record<string, number>> = {
  critical: 2,
  urgent: 2,
  highest: 2,
  p0: 2,
  high: 1,
  p1: 1,
  medium: 0,
  normal: 0,
  p2: 0,
  low: -1,
  lowest: -1,
  p3: -1,
  p4: -1,
}

/** `undefined` for a word that is none. */
export function priorityOf(word: string): number | undefined {
  const key = word.trim().toLowerCase()
  return Object.hasOwn(WORDS, key) ? WORDS[key] : undefined
}
