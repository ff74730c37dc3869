/** Litres of cider from picks. */
export const cider = (lines) => lines.length
