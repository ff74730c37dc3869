/** How deep brackets and braces of a JSON text are nested, outside of its strings. Takes any text. */
export function depthOf(text: string): number {
  let [depth, deepest, isText] = [0, 0, false]
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (isText && sign === '\\') at += 1
    else if (sign === '"') isText = !isText
    else if (!isText && '[{'.includes(sign)) deepest = Math.max(deepest, ++depth)
    else if (!isText && ']}'.includes(sign)) depth -= 1
  }
  return deepest
}
