/**
 * Lines at the end of a terminal that are drawn again and again.
 *
 * 1. The cursor waits at the end of the last of them. Drawing goes up to the first, erases
 *    from there, and writes; each change is one text, so that nothing flickers.
 * 2. Each line fits into the width there is when it is drawn. In a terminal that has become
 *    narrower since, it takes as many rows as it wraps to, and these are erased.
 */
import { cut } from '../../core/text.ts'

/** A terminal echoes `^C` where the cursor waits; it must not wrap. */
const ECHO = 2

export class LiveBlock {
  readonly #columns: () => number
  #lines: readonly string[] = []
  /** As they stand in the terminal. */
  #drawn: readonly string[] = []

  /** @param columns how wide the terminal is now */
  constructor(columns: () => number) {
    this.#columns = columns
  }

  /** What to write to have these lines instead; nothing where they stand there already. */
  replace(lines: readonly string[]): string {
    this.#lines = lines
    if (same(this.#fitting(), this.#drawn)) return ''
    return this.#erase() + this.#draw()
  }

  /** What to write to have a text above the lines. */
  above(text: string): string {
    return this.#erase() + text + this.#draw()
  }

  #fitting(): string[] {
    const width = this.#columns() - 1
    return this.#lines.map((line, n) => cut(line, n === this.#lines.length - 1 ? width - ECHO : width))
  }

  #draw(): string {
    this.#drawn = this.#fitting()
    return this.#drawn.join('\n')
  }

  #erase(): string {
    if (this.#drawn.length === 0) return ''
    const columns = this.#columns()
    const rows = this.#drawn.reduce((sum, line) => sum + rowsOf(line, columns), 0)
    this.#drawn = []
    return `\r${rows > 1 ? `\u001b[${rows - 1}A` : ''}\u001b[J`
  }
}

const rowsOf = (line: string, columns: number): number =>
  Math.max(1, Math.ceil(Array.from(line).length / columns))

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, n) => line === b[n])
