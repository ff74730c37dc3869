/** Millimetres to water in each month of the days, where the trees need so many. */
export const watering = (days, need) => Object.fromEntries(days.map(({ day }) => [day.slice(0, 7), need]))
