/** Recognises a failure again: the failing command and its error lines, without what varies. */
import { hash64 } from './hash.ts'
import { LIMITS } from './limits.ts'

const TELLS =
  /error|fail|assert|expect|not ok|exception|panic|traceback|undefined|cannot|refused|\bwant\b|✕|✗|✖|×/i
const LINES = 12

// biome-ignore lint: escape sequences are control characters
const ESCAPES = /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b\[[0-9;?]*[ -/]*[@-~]/g

// biome-ignore format: one row, one kind of noise
const NOISE: readonly (readonly [RegExp, string])[] = [
  [ESCAPES, ''],
  [/([=_━─⎯-])\1{2,}/g, ' '],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  // How long it took, also where a program says so for slow ones only: `(5 ms)`, `1m 32s`, `(0:01:02)`.
  [/\(\d+:\d\d:\d\d\)/g, ' '],
  [/[([]?(?:\d+(?:\.\d+)?\s?(?:[nuµμm]?s|m|h|min(?:ute)?s?|sec(?:ond)?s?|hours?)(?![A-Za-z])\s?)+[)\]]?/g, ' '],
  [/(?:\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s{1,2}\d\d?\s)?\b\d\d?:\d\d:\d\d(?:[.,]\d+)?\b/g, '<time>'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '<n>'],
  [/0x[0-9a-f]+|\b(?=[a-f]*\d)[0-9a-f]{7,64}\b/gi, '<n>'],
  [/\b[A-Za-z]:\\[^\s:"'`<>|()]*|(?:[\w@.-]+\\)+[\w@-]+\.\w+/g, '<path>'],
  [/(?:[A-Za-z]:)?(?:\.{0,2}\/)?(?:[\w@.-]+\/)+[\w@.-]+/g, '<path>'],
  [/:\d+(:\d+)?|\(\d+,\d+\)/g, ':<line>'],
  // A status says what is wrong: 404 is not 500.
  [/(?<!\d|\bstatus[ :=]{1,2}|\bstatus code[ :=]{1,2}|\bHTTP[ :=]{1,2})\d+(?:[.,]\d+)*/gi, '<n>'],
  [/\s+/g, ' '],
]

export const normalise = (line: string): string =>
  NOISE.reduce((text, [pattern, word]) => text.replace(pattern, word), line).trim()

/** Of more nothing is kept; some kinds of noise take time that grows with the square of a line. */
const linesOf = (output: string): string[] => output.slice(-LIMITS.tail_chars).split(/[\r\n]+/)

/** Without colours and links. */
export const uncoloured = (line: string): string => line.replace(ESCAPES, '')

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
