/** JSON of strangers: parsed, or a reason why not. */
import { depthOf } from '../depth.ts'
import { oneLine } from '../text.ts'

/** Deeper than any list of tasks; the reader of a deeper one could run out of stack. */
const DEEPEST = 100

export type ParsedJson = { readonly value: unknown } | { readonly because: string }

/** Never throws. A byte order mark is no part of it. */
export function parsedJson(text: string): ParsedJson {
  if (depthOf(text) > DEEPEST) return { because: 'it is nested too deeply' }
  try {
    return { value: JSON.parse(text.replace(/^\ufeff/, '')) }
  } catch (error) {
    const message = Error.isError(error) ? error.message : ''
    return { because: `it is no JSON: ${oneLine(message).slice(0, 200)}${placeIn(text, message)}` }
  }
}

/** A token that surprises is told with what is around it, and without its line. */
function placeIn(text: string, message: string): string {
  const [, near] = /"([^]+)"(?:\.\.\.)? is not valid JSON$/.exec(message) ?? []
  const at = near === undefined ? -1 : text.indexOf(near)
  const before = text.slice(0, at + (near?.length ?? 0) / 2)
  return at === -1 ? '' : ` (near line ${before.split('\n').length})`
}
