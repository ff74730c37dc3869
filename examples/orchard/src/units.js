/** Kilograms, from grams. */
export const kg = (grams) => grams / 1000
