/** How often a schedule starts a run. */

/** What a cron expression comes to. */
export interface Frequency {
  readonly perMonth: number
  /** Minutes of the hour at which it starts. */
  readonly minutes: readonly number[]
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const DAYS_OF_MONTH = 365.25 / 12

/** `undefined`: GitHub would not read it. */
export function frequencyOf(cron: string): Frequency | undefined {
  const fields = cron.trim().split(/\s+/)
  if (fields.length !== 5 || cron.length > 500) return undefined
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields
  const minutes = members(minute, 0, 59)
  const hours = members(hour, 0, 23)
  const days = members(day, 1, 31)
  const months = members(month, 1, 12, MONTHS)
  const weekdays = members(weekday, 0, 7, DAYS)
  if (!minutes || !hours || !days || !months || !weekdays) return undefined
  const ofMonth = days.size / 31
  const ofWeek = new Set([...weekdays].map((one) => one % 7)).size / 7
  // Where both are given, either is enough.
  const share = day === '*' || weekday === '*' ? ofMonth * ofWeek : ofMonth + ofWeek - ofMonth * ofWeek
  const perDay = minutes.size * hours.size
  const perMonth = perDay * share * DAYS_OF_MONTH * (months.size / 12)
  return { perMonth: Math.max(1, Math.round(perMonth)), minutes: [...minutes].toSorted((a, b) => a - b) }
}

/** The numbers of one field: a star, `1-5`, steps, lists, names. */
function members(
  field: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): ReadonlySet<number> | undefined {
  const found = new Set<number>()
  const numberOf = (text: string): number => {
    const named = names.indexOf(text.toLowerCase())
    if (named >= 0) return named + least
    return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
  }
  for (const part of field.split(',')) {
    const [, range = '', step = '1'] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? []
    const [from = '', to] = range === '*' ? [String(least), String(most)] : range.split('-')
    const start = numberOf(from)
    const end = to === undefined ? (part.includes('/') ? most : start) : numberOf(to)
    // With NaN, every comparison is false.
    if (!(start >= least && end <= most && start <= end && Number(step) > 0)) return undefined
    for (let at = start; at <= end; at += Number(step)) found.add(at)
  }
  return found
}

/** The shortest pause between two starts within an hour, minutes. */
export function shortestPause(minutes: readonly number[]): number {
  const pauses = minutes.map((at, n) => (minutes[n + 1] ?? (minutes[0] ?? 0) + 60) - at)
  return Math.min(60, ...pauses)
}
