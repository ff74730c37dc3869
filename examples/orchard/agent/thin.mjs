import { handedOver, publish, report, write } from './desk.mjs'

const bloom = handedOver('bloom')
const water = handedOver('water')

write(
  'src/thin.js',
  `import { ${bloom.function} } from '${bloom.module}'
import { ${water.function} } from '${water.module}'

/** How many fruits a tree can carry: half, more after frost in the bloom, fewer after a dry month. */
export function fruitToLeave(fruits, { bloom, nights, days, need }) {
  const frost = ${bloom.function}(bloom, nights) > 0 ? 0.1 : 0
  const dry = Object.values(${water.function}(days, need)).some((missing) => missing > need / 2) ? 0.1 : 0
  return Math.round(fruits * (0.5 + frost - dry))
}
`,
)
publish({ area: 'Trees', module: 'thin', says: 'how much fruit to leave on a tree.' })
report('fruitToLeave() goes by frost and rain.')
