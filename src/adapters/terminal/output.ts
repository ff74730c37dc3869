/** The one place that prints, without secrets. Everything else hands its text here. */
import { styleText } from 'node:util'
import type { Redact } from '../../core/secrets/redact.ts'
import { LiveBlock } from './live.ts'

export type Style = Parameters<typeof styleText>[0]

export interface Output {
  /** Columns, as they are now; 100 when it is not a terminal. */
  readonly width: number
  /** Lines of the terminal, as they are now. */
  readonly height: number
  readonly isTerminal: boolean
  /** Prints above what is live. */
  line(text: string): void
  /** Replaces the lines at the end, which stay there until they are replaced; '' for none. Only on a terminal. */
  live(text: string): void
  style(style: Style, text: string): string
}

/** What is printed to, as far as it matters. */
export type Stream = NodeJS.WritableStream & {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** Human text goes to stdout, or to stderr when stdout is for a JSON document. */
export function terminalOutput(stream: Stream, redact: Redact): Output {
  const block = new LiveBlock(() => columnsOf(stream))
  return {
    get width() {
      return columnsOf(stream)
    },
    get height() {
      return stream.rows || 24
    },
    isTerminal: stream.isTTY === true,
    line(text) {
      stream.write(block.above(`${redact(text)}\n`))
    },
    live(text) {
      if (stream.isTTY !== true) return
      const lines = text === '' ? [] : redact(text).split('\n')
      const change = block.replace(lines)
      if (change !== '') stream.write(change)
    },
    style: (style, text) => styleText(style, text, { stream }),
  }
}

/** A terminal that does not know its size says 0. */
const columnsOf = ({ columns }: Stream): number => columns || 100
