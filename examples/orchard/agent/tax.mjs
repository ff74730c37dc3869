import { handedOver, publish, report, write } from './desk.mjs'

const order = handedOver('order')

write(
  'src/tax.js',
  `import { sum } from './count.js'
import { ${order.function} } from '${order.module}'
import { priceOf } from './price.js'

const RATE = 0.07

/** The tax on what is delivered of an order, in cents. */
export const taxOn = (wanted, bins) =>
  Math.round(RATE * sum(Object.entries(${order.function}(wanted, bins)), ([grade, kilos]) => kilos * priceOf(grade)))
`,
)
publish({ area: 'Market', module: 'tax', says: 'the tax on an order.' })
report('taxOn() taxes what is delivered.')
