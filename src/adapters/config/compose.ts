/**
 * YAML text to a document, in little time whatever the text.
 *
 * The parser takes microseconds for each piece of syntax and many for each mistake, so a text of
 * nothing else could keep it busy for a minute. It is stopped long before.
 */
import { Composer, type Document, Lexer, type LineCounter, Parser } from 'yaml'

/** Why a text is not read to its end. */
export class Refused extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.name = 'Refused'
    this.offset = offset
  }
}

/** More than 2,000 tasks with twenty needs each have, however they are written; less than a second's work. */
const MOST_PIECES = 220_000

/** Deeper than any loop file, and shallow enough for a parser that calls itself. */
export const DEEPEST = 100

/** More brackets and commas in wrong places than anybody mends by hand. */
const MOST_STRAY = 100

/** @throws Refused */
export function compose(text: string, lines: LineCounter): Document {
  const { stackTraceLimit } = Error
  // The parser makes an error for each mistake: their stacks take longer than all the rest.
  Error.stackTraceLimit = 0
  try {
    // Duplicate keys are looked for elsewhere: here every key would be compared with every other.
    const composer = new Composer({ prettyErrors: false, uniqueKeys: false, logLevel: 'error' })
    const [document, second] = composer.compose(tokensOf(text, lines), true, text.length)
    if (document === undefined) throw new Refused('there is nothing in it', 0)
    if (second) throw new Refused('not valid YAML: a second document begins here', second.range[0])
    return document
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function* tokensOf(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine)
  const watch = new Watch()
  lines.addNewLine(0)
  for (const piece of new Lexer().lex(text)) {
    const refusal = watch.objection(piece)
    if (refusal !== undefined) throw new Refused(refusal, parser.offset)
    yield* parser.next(piece)
  }
  yield* parser.end()
}

/** Counts what the lexer finds. */
class Watch {
  #pieces = 0
  #depth = 0
  #stray = 0
  /** Whether a comma here would have nothing before it. */
  #isBare = true

  /** Why to stop at this piece. */
  objection(piece: string): string | undefined {
    this.#pieces++
    if (piece === '[' || piece === '{') this.#depth++
    else if (piece === ']' || piece === '}') this.#close()
    else if (piece === ',' && this.#isBare) this.#stray++
    if (piece.trim() !== '') this.#isBare = BEFORE_ITEM.has(piece)
    if (this.#depth > DEEPEST) return 'nested too deeply'
    if (this.#stray > MOST_STRAY) return 'not valid YAML: too many brackets and commas in wrong places'
    return this.#pieces > MOST_PIECES ? 'has too many parts for a loop file' : undefined
  }

  #close(): void {
    if (this.#depth === 0) this.#stray++
    else this.#depth--
  }
}

const BEFORE_ITEM: ReadonlySet<string> = new Set([',', '[', '{'])
