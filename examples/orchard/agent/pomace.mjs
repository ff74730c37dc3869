import { handedOver, publish, report, write } from './desk.mjs'

const litre = handedOver('litre')

write(
  'src/pomace.js',
  `import { ${litre.function} } from '${litre.module}'
import { round } from './round.js'
import { kilograms } from './units.js'

const DENSITY = 1.05

/** Kilograms that are left in the press, of grams of fruit. */
export const pomace = (grams) => round(kilograms(grams) - ${litre.function}(grams) * DENSITY)
`,
)
publish({ area: 'Press', module: 'pomace', says: 'what is left in the press.' })
report('pomace() takes the juice off the fruit.')
