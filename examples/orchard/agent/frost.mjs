import { publish, report, write } from './desk.mjs'

write(
  'src/frost.js',
  `/** The nights in which it froze. */
export const frostNights = (nights) => nights.filter(({ low }) => low < 0)
`,
)
publish({ area: 'Ground', module: 'frost', says: 'the nights in which it froze.' })
report('frostNights() finds the nights below zero.', { module: './frost.js', function: 'frostNights' })
