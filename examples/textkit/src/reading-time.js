const WORDS_PER_MINUTE = 220

/** How long a text takes to read, in whole minutes: `1 min`, `1 h 5 min`. */
export function readingTime(text) {
  const count = text.match(/\S+/g)?.length ?? 0
  const minutes = Math.max(1, Math.round(count / WORDS_PER_MINUTE))
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
