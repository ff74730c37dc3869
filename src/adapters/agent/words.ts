/** Short pieces of what an agent printed, for people. */

const SHORT = 300

/** How much is kept of what an agent printed last, bytes. */
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
  return (cut < 0 ? `…${end.slice(1)}` : end.slice(cut + 1)).trim()
}

const shortened = (line: string, most: number): string =>
  line.length <= most ? line : `${line.slice(0, most - 1)}…`
