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
    return { because: `it is no JSON: ${oneLine(Error.isError(error) ? error.message : '').slice(0, 200)}` }
  }
}
