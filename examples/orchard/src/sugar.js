/** Grams of sugar in a litre of juice, from its density. */
export const sugarOf = (density) => Math.round((density - 1) * 2500 - 25)
