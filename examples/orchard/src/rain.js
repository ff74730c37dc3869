/** Millimetres of rain in each month. */
export const rainByMonth = (days) => ({ all: days.reduce((total, { mm }) => total + mm, 0) })
