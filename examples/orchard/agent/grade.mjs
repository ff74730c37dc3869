import { addColumn } from './columns.mjs'
import { publish, report, write } from './desk.mjs'

addColumn('bruised')
write(
  'src/grade.js',
  `import { parsePick } from './pick.js'

/** The grade of a pick, by how many fruits in a hundred are bruised. */
export function gradeOf(line) {
  const bruised = Number(parsePick(line).bruised)
  if (bruised <= 2) return 'A'
  return bruised <= 10 ? 'B' : 'C'
}
`,
)
publish({ area: 'Picking', module: 'grade', says: 'how good the fruit of a pick is.' })
report('The picking book says how much is bruised; gradeOf() makes a grade of it.', {
  module: './grade.js',
  function: 'gradeOf',
})
