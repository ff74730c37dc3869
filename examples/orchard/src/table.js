const line = (cells) => `| ${cells.join(' | ')} |\n`

/** A table in Markdown; the first row is its head. */
export function table([head, ...rows]) {
  return [head, head.map(() => '---'), ...rows].map(line).join('')
}
