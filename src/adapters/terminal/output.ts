/** The one place that prints, without secrets. Everything else hands its text here. */
import { styleText } from 'node:util'
import type { Redact } from '../../core/redact.ts'

export type Style = Parameters<typeof styleText>[0]

export interface Output {
  /** Columns; 100 when it is not a terminal. */
  readonly width: number
  readonly isTerminal: boolean
  line(text: string): void
  /** Replaces the current line; only on a terminal. */
  live(text: string): void
  style(style: Style, text: string): string
}

/** Human text goes to stdout, or to stderr when stdout is for a JSON document. */
export function terminalOutput(stream: NodeJS.WriteStream, redact: Redact): Output {
  let open = false
  const clear = () => {
    if (open) stream.write('\r\u001b[2K')
    open = false
  }
  return {
    width: columnsOf(stream),
    isTerminal: stream.isTTY === true,
    line(text) {
      clear()
      stream.write(`${redact(text)}\n`)
    },
    live(text) {
      if (stream.isTTY !== true) return
      clear()
      stream.write(redact(text).slice(0, columnsOf(stream) - 1))
      open = text !== ''
    },
    style: (style, text) => styleText(style, text, { stream }),
  }
}

/** A terminal that does not know its size says 0. */
const columnsOf = ({ columns }: NodeJS.WriteStream): number => columns || 100
