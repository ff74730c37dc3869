/** Short pieces of what an agent printed, for people. */

const SHORT = 300

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

/** At most `bytes` bytes of UTF-8, whole characters only. */
export function clip(text: string, bytes = 4_096): string {
  const buffer = Buffer.from(text)
  if (buffer.length <= bytes) return text
  let end = bytes
  while (end > 0 && ((buffer[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return buffer.subarray(0, end).toString('utf8')
}

const shortened = (line: string, most: number): string =>
  line.length <= most ? line : `${line.slice(0, most - 1)}…`
