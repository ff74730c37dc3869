import { handedOver, publish, report, write } from './desk.mjs'

const bushel = handedOver('bushel')
const order = handedOver('order')

write(
  'src/bill.js',
  `import { ${bushel.function} } from '${bushel.module}'
import { sum } from './count.js'
import { ${order.function} } from '${order.module}'
import { priceOf } from './price.js'

/** The bill for an order of apples, before tax. */
export function bill(wanted, bins) {
  const delivered = Object.entries(${order.function}(wanted, bins))
  const kilos = sum(delivered, ([, kilos]) => kilos)
  return {
    bushels: ${bushel.function}('apple', kilos * 1000),
    cents: sum(delivered, ([grade, kilos]) => kilos * priceOf(grade)),
  }
}
`,
)
publish({ area: 'Market', module: 'bill', says: 'what an order costs.' })
report('bill() charges what is delivered.')
