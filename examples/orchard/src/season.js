import { parsePick } from './pick.js'

/** The season of a fruit: when it was picked, and what the frost left of it. */
export const season = (_fruit, { picks }) => ({
  from: parsePick(picks[0]).day,
  to: parsePick(picks[picks.length - 1]).day,
})
