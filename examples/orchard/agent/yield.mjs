import { handedOver, publish, report, write } from './desk.mjs'

const bushel = handedOver('bushel')
const picker = handedOver('picker')

write(
  'src/yield.js',
  `import { ${bushel.function} } from '${bushel.module}'
import { ${picker.function} } from '${picker.module}'

/** Bushels of a fruit that each picker picked. */
export const yieldByPicker = (fruit, lines) =>
  Object.fromEntries(
    Object.entries(${picker.function}(lines)).map(([name, grams]) => [name, ${bushel.function}(fruit, grams)]),
  )
`,
)
publish({ area: 'Reports', module: 'yield', says: 'how many bushels each picker picked.' })
report('yieldByPicker() counts in bushels.', { module: './yield.js', function: 'yieldByPicker' })
