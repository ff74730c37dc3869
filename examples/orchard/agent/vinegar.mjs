import { handedOver, publish, report, write } from './desk.mjs'

const cider = handedOver('cider')

write(
  'src/vinegar.js',
  `import { ${cider.function} } from '${cider.module}'
import { round } from './round.js'

const WEEKS = 8
const LEFT = 0.9

/** Litres of vinegar that the cider of picks has become after so many weeks. */
export const vinegar = (lines, weeks) => (weeks < WEEKS ? 0 : round(${cider.function}(lines) * LEFT))
`,
)
publish({ area: 'Press', module: 'vinegar', says: 'when cider has turned.' })
report('vinegar() waits for eight weeks.')
