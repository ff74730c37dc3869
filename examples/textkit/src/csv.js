/** Rows of fields from CSV as RFC 4180 has it. Empty lines are left out. */
export function parseCsv(text) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(','))
}

/** CSV from rows of fields. Quotes only the fields that need it. */
export function toCsv(rows) {
  return rows.map((row) => `${row.map(quote).join(',')}\n`).join('')
}

const quote = (field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)
