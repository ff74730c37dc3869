/** Short pieces of what an agent printed, for people. */

const SHORT = 300

/** How much is kept of what an agent printed last, characters. */
export const KEPT = 4_096

/** The first line that has something on it, on one line of bounded length. */
export function firstLine(text: string, most = SHORT): string {
  const line = text.split('\n', 50).find((candidate) => candidate.trim() !== '') ?? ''
  return shortened(line.trim(), most)
}

/** The last lines, at most `most` characters, never from the middle of a line if it can be helped. */
export function lastLines(text: string, most = SHORT): string {
  const trimmed = text.trimEnd()
  if (trimmed.length <= most) return trimmed.trimStart()
  const end = trimmed.slice(-most)
  const cut = end.indexOf('\n')
  return (cut < 0 ? `…${withoutHalfWord(end)}` : end.slice(cut + 1)).trim()
}

/** The beginning; never half a word. */
export function shortened(text: string, most = KEPT): string {
  if (text.length <= most) return text
  let end = most - 1
  while (end > 0 && PART_OF_WORD.test(text.charAt(end - 1))) end -= 1
  return `${text.slice(0, end)}…`
}

/** Of a secret that was cut in two, neither half is recognised: what may be a part of one goes. */
const PART_OF_WORD = /[\w.~+/=-]/
const withoutHalfWord = (text: string): string => text.replace(/^[\w.~+/=-]+/, '')
