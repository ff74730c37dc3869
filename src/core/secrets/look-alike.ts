/** Keys in tests and documentation: the shape of a secret, written by a person who made it up. */

/** The last is the key of every storage emulator of Azure, known to all. */
const SAYS_SO =
  /example|sample|dummy|placeholder|redacted|change-?me|(?:^|[-_.])(?:your|fake|mock)|x{5,}|0{6,}|\*{3}|\.{3}|…|[<>{}$]|Eby8vdM02xNOcqFlqUwJ/i

/** Random text has more. */
const FEWEST_CHARACTERS = 8
/** How far apart repetitions are looked for. */
const LONGEST_PERIOD = 16
/** The share of characters that follow from earlier ones; in random hexadecimal it is an eighth. */
const REGULAR = 0.4

/** Whether nobody would take it for a random key: it says so, repeats itself, or counts up. */
export function isLookAlike(text: string): boolean {
  if (SAYS_SO.test(text) || new Set(text).size < FEWEST_CHARACTERS) return true
  const most = Math.min(LONGEST_PERIOD, text.length >> 1)
  for (let period = 1; period <= most; period++) {
    let follows = 0
    for (let at = period; at < text.length; at++) {
      const step = text.charCodeAt(at) - text.charCodeAt(at - period)
      if (step === 0 || (step === 1 && period <= 2)) follows += 1
    }
    if (follows >= REGULAR * (text.length - period)) return true
  }
  return false
}
