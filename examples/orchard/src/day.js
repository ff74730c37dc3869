const DAY = 86_400_000

/** The day of the year, from 1. */
export const dayOfYear = (day) => (Date.parse(day) - Date.parse(`${day.slice(0, 4)}-01-01`)) / DAY + 1

/** The day that comes so many days before another. */
export const daysBefore = (day, days) => new Date(Date.parse(day) - days * DAY).toISOString().slice(0, 10)
