import { parseCsv } from './csv.js'

/** A Markdown list of articles from a CSV with the columns `title` and `text`. */
export function catalogue(csv) {
  const [, ...rows] = parseCsv(csv)
  return rows.map(([title]) => `- ${title}\n`).join('')
}
