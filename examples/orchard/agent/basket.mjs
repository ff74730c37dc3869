/**
 * Calls the function that turns grams into kilograms by the name it has here and now. An agent that
 * renames it at the same time does not know of this new caller. The next attempt sees the new name.
 */
import { publish, read, report, write } from './desk.mjs'

const [, kilograms] = /^export const (\w+) = \(grams\)/m.exec(read('src/units.js'))

write(
  'src/basket.js',
  `import { ${kilograms} } from './units.js'

const BASKET_GRAMS = 450

/** What a basket of fruit weighs, in kilograms. */
export const basketWeight = (fruits, gramsEach) => ${kilograms}(BASKET_GRAMS + fruits * gramsEach)
`,
)
publish({ area: 'Picking', module: 'basket', says: 'what a full basket weighs.' })
report(`basketWeight() weighs the willow too, by ${kilograms}().`, {
  module: './basket.js',
  function: 'basketWeight',
})
