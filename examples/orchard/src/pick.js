/** What is written down of each pick, in alphabetical order. */
export const COLUMNS = ['day', 'grams', 'tree']

/** A pick, from a line of the picking book. */
export function parsePick(line) {
  const values = line.split(',')
  return Object.fromEntries(COLUMNS.map((column, at) => [column, values[at]]))
}

/** The line of a pick in the picking book. What has no column is left out. */
export const pickLine = (pick) => COLUMNS.map((column) => pick[column] ?? '').join(',')
