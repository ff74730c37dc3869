/**
 * Lines at the end of a terminal that are drawn again and again.
 *
 * 1. The cursor waits at the end of the last of them. Drawing erases each up to the first, and
 *    writes; each change is one text, so that nothing flickers.
 * 2. Each line fits into the width there is when it is drawn. In a terminal that has become
 *    narrower since, it takes as many rows as it wraps to, and these are erased.
 */
import { cut } from '../../core/text.ts'

/** A terminal echoes `^C` where the cursor waits; it must not wrap. */
const ECHO = 2

const UP = '\u001b[1A'
const ERASE_ROW = '\u001b[2K'
/** It also ends rows that have wrapped. Alone it would not do: tmux keeps a screen that is erased from its top. */
const ERASE_BELOW = '\u001b[J'

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
    return `\r${ERASE_ROW}${`${UP}${ERASE_ROW}`.repeat(rows - 1)}${ERASE_BELOW}`
  }
}

const rowsOf = (line: string, columns: number): number =>
  Math.max(1, Math.ceil(Array.from(line).length / columns))

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, n) => line === b[n])
