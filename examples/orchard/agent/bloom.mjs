import { handedOver, publish, report, write } from './desk.mjs'

const frost = handedOver('frost')

write(
  'src/bloom.js',
  `import { ${frost.function} } from '${frost.module}'

/** How many nights of frost the bloom meets. */
export const bloomAtRisk = ({ from, to }, nights) =>
  ${frost.function}(nights).filter(({ day }) => from <= day && day <= to).length
`,
)
publish({ area: 'Trees', module: 'bloom', says: 'how much frost the bloom meets.' })
report('bloomAtRisk() counts frost only while the trees bloom.', {
  module: './bloom.js',
  function: 'bloomAtRisk',
})
