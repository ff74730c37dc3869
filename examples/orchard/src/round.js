/** A number with at most so many digits after the point. */
export const round = (value, digits = 1) => Number(value.toFixed(digits))
