import { publish, report, write } from './desk.mjs'

write(
  'src/rain.js',
  `/** Millimetres of rain in each month. */
export function rainByMonth(days) {
  const months = {}
  for (const { day, mm } of days) months[day.slice(0, 7)] = (months[day.slice(0, 7)] ?? 0) + mm
  return months
}
`,
)
publish({ area: 'Ground', module: 'rain', says: 'how much it rained in each month.' })
report('rainByMonth() tells the months apart.', { module: './rain.js', function: 'rainByMonth' })
