import { handedOver, publish, report, write } from './desk.mjs'

const units = handedOver('units')

write(
  'src/litre.js',
  `import { round } from './round.js'
import { ${units.function} } from '${units.module}'

const LITRES_PER_KILO = 0.65

/** Litres of juice that the press gets out of grams of fruit. */
export const litres = (grams) => round(${units.function}(grams) * LITRES_PER_KILO)
`,
)
publish({ area: 'Measures', module: 'litre', says: 'how much juice is in fruit.' })
report('litres() says what the press gets out of fruit.', { module: './litre.js', function: 'litres' })
