import { handedOver, publish, report, write } from './desk.mjs'

const stock = handedOver('stock')

write(
  'src/order.js',
  `import { ${stock.function} } from '${stock.module}'

/** What is delivered of an order, in kilos of each grade. */
export function fill(wanted, bins) {
  const there = ${stock.function}(bins)
  return Object.fromEntries(
    Object.entries(wanted).map(([grade, kilos]) => [grade, Math.min(kilos, there[grade] ?? 0)]),
  )
}
`,
)
publish({ area: 'Market', module: 'order', says: 'what of an order can be delivered.' })
report('fill() promises what is in store, no more.', { module: './order.js', function: 'fill' })
