/**
 * Markdown as far as lists of tasks need it: headings, items with and without a box, and text.
 * What is in a fence or a comment is never an item.
 */

interface At {
  /** From 1. */
  readonly line: number
  /** What begins here, a fence or a comment, never ends. */
  readonly isOpen?: true
}

export type Block =
  | (At & { readonly is: 'heading'; readonly level: number; readonly text: string })
  | (At & {
      readonly is: 'item'
      /** Columns before its mark. */
      readonly indent: number
      /** What is in its box; without one `undefined`. */
      readonly box: string | undefined
      readonly text: string
    })
  /** As it stands. Empty for an empty line. */
  | (At & {
      readonly is: 'text'
      readonly indent: number
      readonly text: string
      /** In a fence, or its first or last line. */
      readonly isCode?: true
    })

const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*$/
const ITEM = /^([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+(.*)$/
/** A letter that is no x is a link or a label, and no box. */
const BOX = /^\[([ xX]|[^\p{L}\p{N}[\]])?\](?:[ \t]+(.*))?$/u
/** The same with a slip: `[x]text`, `[ x ] text`. */
const SLIP = /^\[[ \t]*([xX]?)[ \t]*\][ \t]*([\p{L}\p{N}*`"'].*)?$/u
const FENCE = /^[ \t]*(`{3,}|~{3,})/

const columns = (space: string): number => space.replaceAll('\t', '    ').length
const indentOf = (text: string): number => columns(/^[ \t]*/.exec(text)?.[0] ?? '')

/** The lines of a text, one block each. Never throws. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let fence: string | undefined
  let inComment = false
  let last = 0
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = index + 1
    const mark = inComment ? undefined : FENCE.exec(raw)?.[1]
    if (fence !== undefined || mark !== undefined) {
      blocks.push({ is: 'text', line, indent: indentOf(raw), text: raw, isCode: true })
      if (fence === undefined) {
        fence = mark
        last = blocks.length
      } else if (mark?.startsWith(fence) === true) fence = undefined
      continue
    }
    const { shown, open } = withoutComments(raw, inComment)
    if (!(inComment && shown.trim() === '')) blocks.push(blockOf(shown, line))
    if (open && !inComment) last = blocks.length
    inComment = open
  }
  const isOpen = fence !== undefined || inComment
  return blocks.map((block, index) => (isOpen && index === last - 1 ? { ...block, isOpen } : block))
}

function withoutComments(
  raw: string,
  inComment: boolean,
): { readonly shown: string; readonly open: boolean } {
  let [shown, rest, open] = ['', raw, inComment]
  for (;;) {
    const end = rest.indexOf(open ? '-->' : '<!--')
    if (!open) shown += end === -1 ? rest : rest.slice(0, end)
    if (end === -1) return { shown, open }
    rest = rest.slice(end + (open ? 3 : 4))
    open = !open
  }
}

function blockOf(text: string, line: number): Block {
  const [, marks, title] = HEADING.exec(text) ?? []
  if (marks !== undefined) return { is: 'heading', line, level: marks.length, text: title ?? '' }
  const [, space, words] = ITEM.exec(text) ?? []
  if (space === undefined || words === undefined) return { is: 'text', line, indent: indentOf(text), text }
  const box = BOX.exec(words) ?? SLIP.exec(words)
  const item = { is: 'item', line, indent: columns(space) } as const
  return box === null
    ? { ...item, box: undefined, text: words }
    : { ...item, box: box[1] || ' ', text: box[2] ?? '' }
}

/** A line as people wrote it, without what its place adds. */
export const written = (block: Block): string => {
  if (block.is === 'text') return block.text.trimEnd()
  if (block.is === 'heading') return `${'#'.repeat(block.level)} ${block.text}`
  const box = block.box === undefined ? '' : `[${block.box}] `
  return `${' '.repeat(block.indent)}- ${box}${block.text}`
}

/** Lines moved to the left as far as all of them go. */
export function dedented(lines: readonly string[]): string {
  const filled = lines.filter((line) => line.trim() !== '')
  const least = filled.reduce((most, line) => Math.min(most, indentOf(line)), Number.MAX_SAFE_INTEGER)
  const moved = lines.map((line) => line.replaceAll('\t', '    ').slice(least).trimEnd())
  return moved.join('\n').replace(/^\n+|\n+$/g, '')
}

/** Without marks of emphasis, which mean nothing in a name. */
export const plainWords = (text: string): string => text.replaceAll('**', '').trim()
