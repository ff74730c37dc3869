const CENTS = { A: 320, B: 210, C: 60 }

/** What a kilogram of a grade costs, in cents before tax. */
export const priceOf = (grade) => CENTS[grade]
