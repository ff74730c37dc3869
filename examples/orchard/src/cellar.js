import { sum } from './count.js'
import { kg } from './units.js'

/** What the floor of the cellar carries, in kilograms; crates are given by their grams. */
export const cellarLoad = (crates) => kg(sum(crates, (grams) => grams))
