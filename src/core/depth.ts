const [QUOTE, BACKSLASH] = ['"'.charCodeAt(0), '\\'.charCodeAt(0)]
const [BRACKET, BRACE, BRACKET_END, BRACE_END] = ['[', '{', ']', '}'].map((sign) => sign.charCodeAt(0))

/** How deep brackets and braces of a JSON text are nested, outside of its strings. Takes any text. */
export function depthOf(text: string): number {
  let [depth, deepest] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at)
    if (sign === QUOTE) at = endOfString(text, at)
    else if (sign === BRACKET || sign === BRACE) deepest = Math.max(deepest, ++depth)
    else if (sign === BRACKET_END || sign === BRACE_END) depth -= 1
  }
  return deepest
}

/** Where the string ends that begins at a quote; behind the text, where it does not. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at - 1
    while (text.charCodeAt(before) === BACKSLASH) before -= 1
    if ((at - before) % 2 === 1) return at
  }
  return text.length
}
