import { handedOver, publish, report, write } from './desk.mjs'

const units = handedOver('units')

write(
  'src/bushel.js',
  `import { round } from './round.js'
import { ${units.function} } from '${units.module}'

const KILOS = { apple: 19, pear: 22, plum: 25 }

/** Bushels of a fruit, from its grams. */
export const bushels = (fruit, grams) => round(${units.function}(grams) / KILOS[fruit])
`,
)
publish({ area: 'Measures', module: 'bushel', says: 'bushels of apples, pears and plums.' })
report('bushels() knows what a bushel of each fruit weighs.', { module: './bushel.js', function: 'bushels' })
