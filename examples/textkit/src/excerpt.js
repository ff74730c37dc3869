/** The beginning of a text: at most `limit` words, and `…` where something was left out. */
export function excerpt(text, limit = 12) {
  return text.slice(0, limit)
}
