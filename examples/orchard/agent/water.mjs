import { handedOver, publish, report, write } from './desk.mjs'

const rain = handedOver('rain')

write(
  'src/water.js',
  `import { ${rain.function} } from '${rain.module}'

/** Millimetres to water in each month of the days, where the trees need so many. */
export const watering = (days, need) =>
  Object.fromEntries(Object.entries(${rain.function}(days)).map(([month, mm]) => [month, Math.max(0, need - mm)]))
`,
)
publish({ area: 'Ground', module: 'water', says: 'how much to water, after what it rained.' })
report('watering() takes off what it rained.', { module: './water.js', function: 'watering' })
