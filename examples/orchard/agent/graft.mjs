import { handedOver, publish, report, write } from './desk.mjs'

const bloom = handedOver('bloom')

write(
  'src/graft.js',
  `import { ${bloom.function} } from '${bloom.module}'
import { daysBefore } from './day.js'

/** The day to graft: three weeks before the bloom, and one more where frost takes it. */
export const graftDay = (bloom, nights) => daysBefore(bloom.from, ${bloom.function}(bloom, nights) > 0 ? 28 : 21)
`,
)
publish({ area: 'Trees', module: 'graft', says: 'when to graft.' })
report('graftDay() goes by the bloom and its frost.')
