import { round } from './round.js'

/** The volume of a crown, a cone, in cubic metres. */
export const crownVolume = (diameter, height) => round((Math.PI * diameter ** 2 * height) / 12)
