import { handedOver, publish, report, write } from './desk.mjs'

const season = handedOver('season')

write(
  'src/almanac.js',
  `import { bill } from './bill.js'
import { sum } from './count.js'
import { gradeOf } from './grade.js'
import { graftDay } from './graft.js'
import { weeksInStore } from './keep.js'
import { parsePick } from './pick.js'
import { pomace } from './pomace.js'
import { ${season.function} } from '${season.module}'
import { table } from './table.js'
import { taxOn } from './tax.js'
import { fruitToLeave } from './thin.js'
import { vinegar } from './vinegar.js'

/** The year of an orchard, as a table in Markdown. */
export function almanac(fruit, { bins, bloom, nights, days, need, wanted }) {
  const picks = bins.flat()
  const { from, to, bushels } = ${season.function}(fruit, { picks, bloom, nights })
  const pressed = picks.filter((line) => gradeOf(line) === 'C')
  return table([
    ['What', 'How it was'],
    ['Grafting', graftDay(bloom, nights)],
    ['Fruit left of a hundred', fruitToLeave(100, { bloom, nights, days, need })],
    ['Picking', \`\${from} to \${to}\`],
    ['Bushels', bushels],
    ['Weeks in store', bins.map(weeksInStore).join(', ')],
    ['Litres of vinegar', vinegar(picks, 8)],
    ['Kilos of pomace', pomace(sum(pressed, (line) => Number(parsePick(line).grams)))],
    ['Cents with tax', bill(wanted, bins).cents + taxOn(wanted, bins)],
  ])
}
`,
)
publish({ area: 'Reports', module: 'almanac', says: 'the year in a table.' })
report('almanac() brings everything together in one table.')
