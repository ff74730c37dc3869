import { kg } from './units.js'

const CRATE_GRAMS = 1200

/** What a crate of fruit weighs, in kilograms. */
export const crateWeight = (fruits, gramsEach) => kg(CRATE_GRAMS + fruits * gramsEach)
