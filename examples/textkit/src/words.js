/** The words of a text, in order. Punctuation is not part of a word; an apostrophe inside one is. */
export function words(text) {
  return text.trim().split(' ')
}
