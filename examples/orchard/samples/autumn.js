/** A small year, for tests: two bins of picks, nights of spring, days of rain. */
import { pickLine } from '../src/pick.js'

const best = { tree: 'r1-3', picker: 'Mia', bruised: 1 }
const windfall = { tree: 'r2-7', picker: 'Tom', bruised: 25 }

export const BINS = [
  [
    pickLine({ ...best, day: '2026-09-14', grams: 10_450 }),
    pickLine({ ...best, day: '2026-09-12', grams: 12_450, picker: 'Ada' }),
  ],
  [pickLine({ ...windfall, day: '2026-09-20', grams: 20_450 })],
]
export const PICKS = BINS.flat()

export const BLOOM = { from: '2026-04-24', to: '2026-05-06' }
export const NIGHTS = [
  { day: '2026-04-02', low: -3 },
  { day: '2026-04-25', low: -1 },
  { day: '2026-05-01', low: 2 },
  { day: '2026-05-12', low: -0.5 },
]
export const RAIN = [
  { day: '2026-06-03', mm: 12 },
  { day: '2026-06-21', mm: 30 },
  { day: '2026-07-09', mm: 5 },
]
