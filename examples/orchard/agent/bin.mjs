import { handedOver, publish, report, write } from './desk.mjs'

const [basket, grade, picker, units] = ['basket', 'grade', 'picker', 'units'].map(handedOver)

write(
  'src/bin.js',
  `import { ${basket.function} } from '${basket.module}'
import { sum } from './count.js'
import { ${grade.function} } from '${grade.module}'
import { ${picker.function} } from '${picker.module}'
import { round } from './round.js'
import { ${units.function} } from '${units.module}'

/** What is in a bin. Each pick came in a basket, which was weighed with it; the worst one grades the bin. */
export function binOf(lines) {
  const grams = ${picker.function}(lines)
  const baskets = lines.length * ${basket.function}(0, 0)
  return {
    grade: lines.map(${grade.function}).sort().at(-1),
    kilos: round(${units.function}(sum(Object.values(grams), Number)) - baskets),
    pickers: Object.keys(grams).sort(),
  }
}
`,
)
publish({ area: 'Store', module: 'bin', says: 'what is in a bin, and who picked it.' })
report('binOf() sums up the picks in a bin.', { module: './bin.js', function: 'binOf' })
