const REACH = 2
const RUNG = 0.3

/** How many rungs up the highest fruit of a tree hangs; its height is in metres. */
export const rungs = (height) => Math.max(0, Math.ceil((height - REACH) / RUNG))
