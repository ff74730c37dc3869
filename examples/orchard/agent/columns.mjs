import { read, write } from './desk.mjs'

const LIST = /^export const COLUMNS = \[(.*)\]$/m

/** Adds a column to the picking book. All columns are on one line, so two who do this conflict. */
export function addColumn(name) {
  const before = read('src/pick.js')
  const [, list] = LIST.exec(before)
  const columns = new Set([...list.matchAll(/'(\w+)'/g)].map(([, column]) => column)).add(name)
  const after = [...columns].sort().map((column) => `'${column}'`)
  write('src/pick.js', before.replace(LIST, `export const COLUMNS = [${after.join(', ')}]`))
}
