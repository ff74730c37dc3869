import { round } from './round.js'

/** The density of fresh juice, in grams a millilitre. */
export const mustDensity = (grams, millilitres) => round(grams / millilitres, 3)
