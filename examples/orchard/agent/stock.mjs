import { handedOver, publish, report, write } from './desk.mjs'

const bin = handedOver('bin')

write(
  'src/stock.js',
  `import { ${bin.function} } from '${bin.module}'

/** Kilos in store, of each grade. */
export function stock(bins) {
  const all = {}
  for (const { grade, kilos } of bins.map(${bin.function})) all[grade] = (all[grade] ?? 0) + kilos
  return all
}
`,
)
publish({ area: 'Store', module: 'stock', says: 'what is in store.' })
report('stock() adds up the bins, by grade.', { module: './stock.js', function: 'stock' })
