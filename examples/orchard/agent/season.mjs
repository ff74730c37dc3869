import { handedOver, publish, report, write } from './desk.mjs'

const bloom = handedOver('bloom')
const harvest = handedOver('yield')

write(
  'src/season.js',
  `import { ${bloom.function} } from '${bloom.module}'
import { sum } from './count.js'
import { parsePick } from './pick.js'
import { round } from './round.js'
import { ${harvest.function} } from '${harvest.module}'

/** The season of a fruit: when it was picked, and what the frost left of it. */
export function season(fruit, { picks, bloom, nights }) {
  const days = picks.map((line) => parsePick(line).day).sort()
  return {
    from: days[0],
    to: days.at(-1),
    bushels: round(sum(Object.values(${harvest.function}(fruit, picks)), Number)),
    frosts: ${bloom.function}(bloom, nights),
  }
}
`,
)
publish({ area: 'Reports', module: 'season', says: 'when fruit was picked, and how much.' })
report('season() goes by the days, not by the order of the lines.', {
  module: './season.js',
  function: 'season',
})
