/** The name of a customer as it stands in the book: `Pell, Mia`. */
export const customerName = ({ first, last }) => `${last}, ${first}`
