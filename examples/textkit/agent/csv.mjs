/**
 * Writes the parser that comes to mind first: a quote switches quoting on or off, and is dropped.
 * That loses doubled quotes. The script learns of them only from the failure that the harness
 * hands to the next attempt; a fresh process without that text makes the same mistake again.
 */
import { context, edit, report } from './desk.mjs'

edit('src/csv.js', {
  from: `  return text
    .split('\\n')
    .filter((line) => line !== '')
    .map((line) => line.split(','))
}
`,
  to: `  const rows = []
  let row = ['']
  let quoted = false
  const endRow = () => {
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = ['']
  }
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (char === '"') quoted = !quoted
    else if (char === ',' && !quoted) row.push('')
    else if (char === '\\n' && !quoted) endRow()
    else if (char === '\\r' && text[at + 1] === '\\n' && !quoted) continue
    else row[row.length - 1] += char
  }
  endRow()
  return rows
}
`,
})

const doubledQuotesFailed = /✖ parseCsv: a doubled quote/.test(context.last_failure?.tail ?? '')
if (doubledQuotesFailed) {
  edit('src/csv.js', {
    from: `    if (char === '"') quoted = !quoted
`,
    to: `    if (char === '"' && quoted && text[at + 1] === '"') {
      row[row.length - 1] += '"'
      at += 1
    } else if (char === '"') quoted = !quoted
`,
  })
}

report(
  doubledQuotesFailed
    ? 'parseCsv() reads a doubled quote as one, which the last attempt had missed.'
    : 'parseCsv() reads quoted fields character by character.',
  { module: './csv.js', function: 'parseCsv' },
)
