/** Text of anybody, made fit for a page of markdown: it can break, link and call nothing. */
import { oneLine, printable } from './text.ts'

/** At most this many rows: a page that is too long is not read. */
const ROWS = 200

/** Any text, or a link of ours. */
export type Cell = string | { readonly text: string; readonly url: string }

/** A table of any texts. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const print = (cells: readonly Cell[]) => `| ${cells.map(content).join(' | ')} |`
  const cut = rows.length > ROWS ? [`| | … ${rows.length - ROWS} more${' |'.repeat(head.length - 1)}`] : []
  return [print(head), `|${' --- |'.repeat(head.length)}`, ...rows.slice(0, ROWS).map(print), ...cut].join(
    '\n',
  )
}

const content = (one: Cell): string =>
  typeof one === 'string' ? cell(one) : `[${cell(one.text)}](${one.url})`

/** One line without HTML, links, pictures and mentions: text of agents goes through here, or through `cell`. */
export const prose = (text: string): string => escaped(text, /[\\[]/g)

/** The same in a table: it does not end its cell. */
export const cell = (text: string): string => escaped(text, /[\\|[]/g)

const escaped = (text: string, marks: RegExp): string =>
  oneLine(text).slice(0, 400).replace(marks, '\\$&').replaceAll('<', '&lt;').replaceAll('@', '@\u200b')

/** One line in the type of code, to be copied as it is. */
export function code(text: string): string {
  const line = oneLine(text).slice(0, 400)
  const ticks = '`'.repeat(longest(line) + 1)
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${ticks}${space}${line}${space}${ticks}`
}

/** Lines in the type of code. No fence inside can end it. */
export function fenced(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(3, longest(text) + 1))
  return [fence + language, printable(text).trimEnd(), fence].join('\n')
}

/** Of the runs of backticks. */
const longest = (text: string): number =>
  [...text.matchAll(/`+/g)].reduce((most, [ticks]) => Math.max(most, ticks.length), 0)
