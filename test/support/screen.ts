/**
 * A terminal as far as our output needs one: text, line feeds, `\r`, cursor up, erase line, erase
 * below; colours are ignored, all else is an error. Like most terminals it wraps what is wider,
 * and wraps it anew when it is resized. What scrolled out of it is kept, and out of reach.
 */
import { Writable } from 'node:stream'

// biome-ignore lint: control characters are what it is about
const PIECE = /\u001b\[(\d*)([A-Za-z])|[\n\r]|[^\u001b\n\r]+|\u001b/g

export class Screen extends Writable {
  readonly isTTY = true
  columns: number
  rows: number
  /** Writes so far, to see what flickers. */
  writes = 0
  /** Lines as they were ended; how many rows one takes depends on the width. */
  readonly #lines: string[][] = [[]]
  #line = 0
  #column = 0
  /** A cursor behind the last column of a row goes to the next one only with the next character. */
  #hangs = false

  constructor(columns = 60, rows = 12) {
    super({ decodeStrings: false })
    this.columns = columns
    this.rows = rows
  }

  override _write(text: unknown, _: string, done: () => void): void {
    this.writes++
    for (const [piece, count, command] of String(text).matchAll(PIECE)) this.#obey(piece, command, count)
    done()
  }

  /** Everything that was ever shown and not erased, as a person sees it when they scroll up. */
  get lines(): string[] {
    return this.#lines.flatMap((line) => this.#wrapped(line))
  }

  #obey(piece: string, command: string | undefined, count: string | undefined): void {
    if (command === 'm') return
    if (command === 'A') return this.#up(Number(count || 1))
    if (command === 'J' && (count === '' || count === '0')) return this.#eraseBelow()
    if (command === 'K' && count === '2') return this.#eraseRow()
    if (piece === '\n') return this.#feed()
    if (piece === '\r') {
      this.#column = this.#inRow() * this.columns
      this.#hangs = false
      return
    }
    if (command !== undefined || piece === '\u001b')
      throw new Error(`not known here: ${JSON.stringify(piece)}`)
    for (const character of Array.from(piece)) this.#current[this.#column++] = character
    this.#hangs = true
  }

  /** Which row of its line the cursor is in. */
  #inRow(): number {
    const isBehind = this.#hangs && this.#column > 0 && this.#column % this.columns === 0
    return Math.floor(this.#column / this.columns) - (isBehind ? 1 : 0)
  }

  get #current(): string[] {
    const line = this.#lines[this.#line]
    if (line === undefined) throw new Error('no such line')
    return line
  }

  #rowsOf(line: readonly string[]): number {
    return Math.max(1, Math.ceil(line.length / this.columns))
  }

  #wrapped(line: readonly string[]): string[] {
    return Array.from({ length: this.#rowsOf(line) }, (_, n) =>
      Array.from(line.slice(n * this.columns, (n + 1) * this.columns), (each) => each ?? ' ').join(''),
    )
  }

  #feed(): void {
    if (this.#column < this.#current.length) throw new Error('a line feed in the middle of a line')
    this.#line++
    this.#column = 0
    this.#hangs = false
    if (this.#line === this.#lines.length) this.#lines.push([])
  }

  /** Not further than the first row that is to be seen. */
  #up(count: number): void {
    const before = this.#lines.slice(0, this.#line).reduce((sum, line) => sum + this.#rowsOf(line), 0)
    const row = before + this.#inRow()
    this.#hangs = false
    let target = Math.max(0, this.lines.length - this.rows, row - count)
    const inRow = this.#column % this.columns
    for (const [n, line] of this.#lines.entries()) {
      if (target < this.#rowsOf(line)) {
        this.#line = n
        this.#column = target * this.columns + inRow
        return
      }
      target -= this.#rowsOf(line)
    }
  }

  #eraseBelow(): void {
    const isAll = this.#line === 0 && this.#column === 0
    if (isAll && this.lines.some((line) => line.trim() !== ''))
      throw new Error('a screen that is erased from its top is kept by tmux')
    this.#current.length = Math.min(this.#current.length, this.#column)
    this.#lines.length = this.#line + 1
  }

  #eraseRow(): void {
    const start = this.#inRow() * this.columns
    this.#current.fill(' ', start, start + this.columns)
  }
}
