/** Recognises a failure again: the failing command and its error lines, without what varies. */
import { hash64 } from './hash.ts'
import { LIMITS } from './limits.ts'

const TELLS = /error|fail|assert|expect|not ok|exception|panic|traceback|undefined|cannot|refused|✕|✗|✖|×/i
const LINES = 12

// biome-ignore format: one row, one kind of noise
const NOISE: readonly (readonly [RegExp, string])[] = [
  // biome-ignore lint: escape sequences are control characters
  [/\u001b\[[0-9;?]*[ -/]*[@-~]/g, ''],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/0x[0-9a-f]+|\b[0-9a-f]{7,64}\b/gi, '<id>'],
  [/(?:[A-Za-z]:)?(?:\.{0,2}\/)?(?:[\w@.-]+\/)+[\w@.-]+/g, '<path>'],
  [/\d+(\.\d+)?\s*(ms|s|m|min|sec(onds?)?)\b/g, '<duration>'],
  [/:\d+(:\d+)?/g, ':<line>'],
  [/\d+/g, '<n>'],
  [/\s+/g, ' '],
]

export const normalise = (line: string): string =>
  NOISE.reduce((text, [pattern, word]) => text.replace(pattern, word), line).trim()

/** Of more nothing is kept; some kinds of noise take time that grows with the square of a line. */
const linesOf = (output: string): string[] => output.slice(-LIMITS.tail_chars).split('\n')

/** Equal for the same failure, whatever its line numbers, paths, times, addresses or colours. */
export function fingerprint(command: string, output: string): string {
  const lines = linesOf(output)
    .map(normalise)
    .filter((line) => line !== '')
  const telling = lines.filter((line) => TELLS.test(line))
  const chosen = telling.length > 0 ? telling.slice(0, LINES) : lines.slice(-5)
  return hash64([command, ...chosen].join('\n'))
}

/** The lines of an output that say what failed, as they were printed. */
export function tellingLines(output: string): string[] {
  const lines = linesOf(output).filter((line) => normalise(line) !== '')
  const telling = lines.filter((line) => TELLS.test(line))
  return telling.length > 0 ? telling : lines.slice(-3)
}
