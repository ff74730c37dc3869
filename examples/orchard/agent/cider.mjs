import { handedOver, publish, report, write } from './desk.mjs'

const grade = handedOver('grade')
const litre = handedOver('litre')

write(
  'src/cider.js',
  `import { sum } from './count.js'
import { ${grade.function} } from '${grade.module}'
import { ${litre.function} } from '${litre.module}'
import { parsePick } from './pick.js'
import { round } from './round.js'

const LEFT = 0.95

/** Litres of cider from picks: the best fruit is not for the press, and some is lost as it ferments. */
export function cider(lines) {
  const pressed = lines.filter((line) => ${grade.function}(line) === 'C')
  return round(LEFT * ${litre.function}(sum(pressed, (line) => Number(parsePick(line).grams))))
}
`,
)
publish({ area: 'Press', module: 'cider', says: 'how much cider there will be.' })
report('cider() presses grade C only.', { module: './cider.js', function: 'cider' })
