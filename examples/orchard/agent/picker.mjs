import { addColumn } from './columns.mjs'
import { publish, report, write } from './desk.mjs'

addColumn('picker')
write(
  'src/picker.js',
  `import { parsePick } from './pick.js'

/** Grams that each picker picked. */
export function gramsByPicker(lines) {
  const grams = {}
  for (const pick of lines.map(parsePick)) grams[pick.picker] = (grams[pick.picker] ?? 0) + Number(pick.grams)
  return grams
}
`,
)
publish({ area: 'Picking', module: 'picker', says: 'who picked how much.' })
report('The picking book says who picked; gramsByPicker() adds it up.', {
  module: './picker.js',
  function: 'gramsByPicker',
})
