import { round } from './round.js'

/** What is left of fruit in store: a hundredth is lost every week. */
export const lossAfter = (kilos, weeks) => round(kilos * 0.99 ** weeks)
